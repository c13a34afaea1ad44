/// Bilinear resizing of bytes, bit for bit like Pillow's `Image.resize(size, BILINEAR)` up to version 12.3.
///
/// Since version 13.0, Pillow resizes images much taller than wide along columns first, which changes some pixels by
/// one level. Square images, and so those of the published data sets, have the same bits in every version.
///
/// The filter is a triangle whose support grows when the image shrinks (so that shrinking averages). Its coefficients
/// are 22-bit fixed-point numbers. The image is resampled along rows, then along columns, and rounded to bytes after
/// each pass; a pass that does not change the length is skipped.
///
/// The coefficients are computed once, so one instance can resize any number of images of the same size.
public struct BilinearResize: Sendable {
  /// The shape of the images to resize.
  public let source: ImageShape
  /// The shape of the resized images.
  public let target: ImageShape
  private let horizontal: ResamplingPass?
  private let vertical: ResamplingPass?

  /// - Parameters:
  ///   - source: the shape of the images to resize.
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

  /// Resizes a whole number of images in planar layout: channel by channel, row by row.
  public func planar(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count % source.count == 0, "\(bytes.count) bytes are not whole \(source) images")
    let planes = bytes.count / (source.height * source.width)
    let rows = horizontal?.resample(bytes, outer: planes * source.height, inner: 1) ?? bytes
    return vertical?.resample(rows, outer: planes, inner: target.width) ?? rows
  }
}

/// Resampling along one axis: each output is a weighted sum of neighboring bytes along that axis.
private struct ResamplingPass: Sendable {
  /// PIL's PRECISION_BITS: 32 bits minus 8 for the result and 2 of headroom.
  static let precision = Int32(32 - 8 - 2)

  let sourceLength: Int
  let targetLength: Int
  /// For every output: the first input byte, the number of them, and where their coefficients begin.
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
      // Summed sequentially, then divided, as PIL does: another order rounds differently.
      let sum = weights.reduce(0, +)
      windows.append((first, weights.count, coefficients.count))
      coefficients += weights.map { Int32(0.5 + $0 / sum * Double(1 << Self.precision)) }
    }
    self.sourceLength = sourceLength
    self.targetLength = targetLength
    self.windows = windows
    self.coefficients = coefficients
  }

  /// Resamples the middle axis of `outer` × `sourceLength` × `inner` bytes to `outer` × `targetLength` × `inner`.
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
