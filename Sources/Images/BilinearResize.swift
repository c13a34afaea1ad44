/// Bilinear resizing as Pillow's `Image.resize(size, BILINEAR)` does it on bytes up to version 12.3, bit for bit.
///
/// Since 13.0 Pillow resizes images much taller than wide along columns first, which differs by one level in a part of
/// their pixels. Square images, and so those of the published data sets, have the same bits in every version.
///
/// The filter is a triangle whose support grows when the image shrinks (so that shrinking averages), its
/// coefficients are fixed-point numbers of 22 bits, and the image is resampled along rows first, then along
/// columns, rounded to bytes after each pass. A pass whose length does not change is left out.
///
/// The coefficients are computed once, so that one value resizes any number of images of the same size.
public struct BilinearResize: Sendable {
  public let source: ImageShape
  public let target: ImageShape
  private let horizontal: ResamplingPass?
  private let vertical: ResamplingPass?

  /// - Parameters:
  ///   - source: the shape of the images that will be given.
  ///   - height: rows of the result, at least 1.
  ///   - width: columns of the result, at least 1.
  public init(from source: ImageShape, height: Int, width: Int) {
    precondition(source.count > 0, "an image of shape \(source) cannot be resized")
    precondition(height > 0 && width > 0, "no image can be resized to \(height)×\(width)")
    self.source = source
    target = ImageShape(channels: source.channels, height: height, width: width)
    horizontal = source.width == width ? nil : ResamplingPass(from: source.width, to: width)
    vertical = source.height == height ? nil : ResamplingPass(from: source.height, to: height)
  }

  /// The resized bytes of a whole number of images, each channel by channel, row by row.
  public func planar(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count % source.count == 0, "\(bytes.count) bytes are not whole \(source) images")
    let planes = bytes.count / (source.height * source.width)
    let rows = horizontal?.resample(bytes, outer: planes * source.height, inner: 1) ?? bytes
    return vertical?.resample(rows, outer: planes, inner: target.width) ?? rows
  }

  /// The resized bytes of a whole number of images, each row by row, pixel by pixel, the channels together.
  public func interleaved(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count % source.count == 0, "\(bytes.count) bytes are not whole \(source) images")
    let images = bytes.count / source.count
    let rows = horizontal?.resample(bytes, outer: images * source.height, inner: source.channels) ?? bytes
    return vertical?.resample(rows, outer: images, inner: target.width * source.channels) ?? rows
  }
}

/// Resampling along one axis: each result is a weighted sum of neighboring bytes on that axis.
private struct ResamplingPass: Sendable {
  /// PIL's PRECISION_BITS: 32 bits less 8 of the result less 2 of headroom.
  static let precision = Int32(32 - 8 - 2)

  let sourceLength: Int
  let targetLength: Int
  /// For every result: the first byte that it reads, how many, and where their coefficients begin.
  let windows: [(first: Int, count: Int, coefficients: Int)]
  let coefficients: [Int32]

  init(from sourceLength: Int, to targetLength: Int) {
    let scale = Double(sourceLength) / Double(targetLength)
    let support = max(scale, 1)
    let inverseSupport = 1 / support
    var windows: [(first: Int, count: Int, coefficients: Int)] = []
    var coefficients: [Int32] = []
    for index in 0..<targetLength {
      let center = (Double(index) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(sourceLength, Int(center + support + 0.5))
      let weights = (first..<end).map { position in
        max(0, 1 - abs((Double(position) - center + 0.5) * inverseSupport))
      }
      // Added one after the other and divided afterwards, as PIL does: another order rounds differently.
      let sum = weights.reduce(0, +)
      windows.append((first, weights.count, coefficients.count))
      coefficients += weights.map { Int32(0.5 + $0 / sum * Double(1 << Self.precision)) }
    }
    self.sourceLength = sourceLength
    self.targetLength = targetLength
    self.windows = windows
    self.coefficients = coefficients
  }

  /// Resamples the middle axis of `outer` × `sourceLength` × `inner` bytes; `outer` × `targetLength` × `inner`
  /// bytes result.
  func resample(_ bytes: [UInt8], outer: Int, inner: Int) -> [UInt8] {
    precondition(bytes.count == outer * sourceLength * inner)
    var resampled = [UInt8](repeating: 0, count: outer * targetLength * inner)
    var result = resampled.mutableSpan
    let (source, coefficients) = (bytes.span, coefficients.span)
    for (position, window) in windows.enumerated() {
      let weights = coefficients.extracting(window.coefficients..<window.coefficients + window.count)
      for block in 0..<outer {
        let from = (block * sourceLength + window.first) * inner
        let to = (block * targetLength + position) * inner
        let lines = source.extracting(from..<from + window.count * inner)
        for offset in 0..<inner {
          var sum = Int32(1) << (Self.precision - 1)
          for tap in weights.indices { sum &+= Int32(lines[tap &* inner &+ offset]) &* weights[tap] }
          result[to + offset] = UInt8(clamping: sum >> Self.precision)
        }
      }
    }
    return resampled
  }
}
