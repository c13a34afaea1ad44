import Foundation

/// Where a reconstruction departs from its image: |x − x̂| by pixel, as a share of the whole range of bytes, averaged
/// over the channels and smoothed.
public struct ErrorMap: Sendable, Equatable {
  public let height: Int
  public let width: Int
  /// `height × width` numbers from 0 to 1, row by row.
  public let values: [Float]

  /// The smoothing's standard deviation as a share of the image's height: one pixel of 32.
  public static let smoothing = 1.0 / 32

  /// - Parameters:
  ///   - image, reconstruction: bytes of one image each, channel by channel.
  ///   - smoothing: the standard deviation of the Gaussian as a share of the height; 0 for none.
  public init(
    image: ArraySlice<UInt8>, reconstruction: ArraySlice<UInt8>, shape: ImageShape,
    smoothing: Double = smoothing
  ) {
    precondition(image.count == shape.count && reconstruction.count == shape.count, "not images of \(shape)")
    (height, width) = (shape.height, shape.width)
    let pixels = height * width
    var sums = [Int](repeating: 0, count: pixels)
    for (position, (x, y)) in zip(image, reconstruction).enumerated() {
      sums[position % pixels] += abs(Int(x) - Int(y))
    }
    let whole = Float(255 * shape.channels)
    let differences = sums.map { Float($0) / whole }
    let weights = Self.gaussian(deviation: smoothing * Double(height))
    let rows = Self.smoothed(differences, lines: height, length: width, step: 1, weights)
    values = Self.smoothed(rows, lines: width, length: height, step: width, weights)
  }

  /// The half of a Gaussian from its center, normalized so that the whole sums to 1, up to four deviations.
  private static func gaussian(deviation: Double) -> [Float] {
    guard deviation > 0 else { return [1] }
    let half = (0...Int((4 * deviation).rounded())).map { exp(-0.5 * pow(Double($0) / deviation, 2)) }
    let sum = 2 * half.reduce(0, +) - half[0]
    return half.map { Float($0 / sum) }
  }

  /// Convolves each line, mirrored at its ends (SciPy's mode `reflect`).
  ///
  /// - Parameters:
  ///   - step: from a number to the next of its line; lines begin beside each other.
  private static func smoothed(
    _ numbers: [Float], lines: Int, length: Int, step: Int, _ half: [Float]
  ) -> [Float] {
    guard half.count > 1 else { return numbers }
    var result = numbers
    for line in 0..<lines {
      let start = step == 1 ? line * length : line
      for place in 0..<length {
        var sum: Float = 0
        for offset in 1 - half.count..<half.count {
          sum += half[abs(offset)] * numbers[start + mirrored(place + offset, length) * step]
        }
        result[start + place * step] = sum
      }
    }
    return result
  }

  /// The place within 0..<length that a place beyond its ends is the mirror image of: … 1 0 | 0 1 2 … .
  private static func mirrored(_ place: Int, _ length: Int) -> Int {
    let period = 2 * length
    let inPeriod = ((place % period) + period) % period
    return inPeriod < length ? inPeriod : period - 1 - inPeriod
  }
}

extension ErrorMap {
  /// The share of the range of bytes that the brightest color stands for.
  public static let ceiling: Float = 0.25

  /// Ten colors of matplotlib's viridis (CC0), which readers with any color vision tell apart.
  private static let palette: [[Float]] = [
    [68, 1, 84], [72, 40, 120], [62, 73, 137], [49, 104, 142], [38, 130, 142], [31, 158, 137],
    [53, 183, 121],
    [109, 205, 89], [180, 222, 44], [253, 231, 37],
  ]

  /// The map in colors, as an RGB image: dark for 0, yellow from `ceiling` on.
  public var colored: [UInt8] {
    let steps = Float(Self.palette.count - 1)
    let places = values.map { min(1, $0 / Self.ceiling) * steps }
    return (0..<3).flatMap { channel in
      places.map { place in
        let first = min(Int(place), Self.palette.count - 2)
        let (from, to) = (Self.palette[first][channel], Self.palette[first + 1][channel])
        return UInt8((from + (to - from) * (place - Float(first))).rounded())
      }
    }
  }

  /// Image, reconstruction and map side by side as a PNG file, small ones enlarged to about 128 pixels a side.
  ///
  /// - Parameters:
  ///   - image, reconstruction: bytes of one image each, of one or three channels.
  public func png(image: ArraySlice<UInt8>, reconstruction: ArraySlice<UInt8>, shape: ImageShape) -> [UInt8] {
    let gray = ImageStore(shape: shape, bytes: Array(image) + Array(reconstruction)).repeatingPlane(
      channels: 3)
    return ImageStore(shape: gray.shape, bytes: gray.bytes + colored)
      .enlarged(by: max(1, 128 / max(height, width))).png(columns: 3)
  }
}

extension ImageStore {
  /// Each pixel as a square of `factor × factor`.
  func enlarged(by factor: Int) -> ImageStore {
    guard factor > 1 else { return self }
    let target = ImageShape(
      channels: shape.channels, height: factor * shape.height, width: factor * shape.width)
    var enlarged: [UInt8] = []
    enlarged.reserveCapacity(count * target.count)
    for row in 0..<count * shape.channels * shape.height {
      let line = bytes[row * shape.width..<(row + 1) * shape.width].flatMap {
        repeatElement($0, count: factor)
      }
      for _ in 0..<factor { enlarged += line }
    }
    return ImageStore(shape: target, bytes: enlarged)
  }
}
