import Diagnostics
import Images

/// An array of images, converted and resized in pieces.
struct ArrayImages {
  let count: Int
  /// Of the images as stored.
  let shape: ImageShape
  private let array: StoredArray
  private let isChannelLast: Bool

  /// Values converted at once, unless a single image has more.
  private static let valuesAtOnce = 1 << 24
  private static let sides = 1...65_536

  /// - Throws: `Problem` of kind `badData` when shape or type are not those of images.
  init(_ array: StoredArray) throws(Problem) {
    self.array = array
    let extents = array.shape
    let isLast = extents.count == 3 || extents.count == 4 && [1, 3].contains(extents[3])
    let isFirst = extents.count == 4 && [1, 3].contains(extents[1])
    let refusal = "has the shape \(shapeText(extents))"
    guard !(isLast && isFirst) else {
      throw Problem(
        .badData, at: array.place, "\(refusal), whose channels may be its second or its last extent",
        hint: "save gray images as N×H×W, and no RGB image of only 1 or 3 rows or columns")
    }
    guard isLast || isFirst else {
      let hint =
        extents.count == 2
        ? "restore the rows, as `x.reshape(-1, 28, 28)` does"
        : extents.count == 4 && extents[3] == 4 ? "drop the alpha channel, as `x[..., :3]` does" : ""
      throw Problem(
        .badData, at: array.place,
        "\(refusal); images are N×H×W, N×H×W×C or N×C×H×W, with 1 or 3 channels C", hint: hint)
    }
    isChannelLast = isLast
    count = extents[0]
    shape =
      isFirst
      ? ImageShape(channels: extents[1], height: extents[2], width: extents[3])
      : ImageShape(channels: extents.count == 3 ? 1 : extents[3], height: extents[1], width: extents[2])
    guard Self.sides.contains(shape.height), Self.sides.contains(shape.width) else {
      throw Problem(
        .badData, at: array.place, "\(refusal); sides are from 1 to \(Self.sides.upperBound) pixels")
    }
    guard count > 0 else { throw Problem(.badData, at: array.place, "\(refusal), and so no image") }
    switch array.element {
    case .boolean, .unsigned(bytes: 1), .unsigned(bytes: 2), .float: break
    case .unsigned, .signed, .text:
      throw Problem(
        .badData, at: array.place,
        "holds \(array.element); images are uint8, uint16, bool, float32 or float64",
        hint: "convert them, as `x.astype('uint8')` does if all values are from 0 to 255")
    }
  }

  /// The bytes of all images, resized, channel by channel.
  ///
  /// - Parameter resize: from `shape`.
  /// - Throws: `Problem` of kind `badData` for a floating-point value outside 0 to 1.
  func resized(by resize: BilinearResize) throws(Problem) -> [UInt8] {
    let target = resize.target
    let largest = shape.channels * max(shape.height, target.height) * max(shape.width, target.width)
    let step = max(1, Self.valuesAtOnce / largest)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * target.count)
    for first in stride(from: 0, to: count, by: step) {
      let values = try array.values(first..<min(count, first + step))
      bytes += resize.planar(planar(try pixels(values, first: first)))
    }
    return bytes
  }

  /// Values as bytes, in the array's order.
  private func pixels(_ values: ArrayValues, first: Int) throws(Problem) -> [UInt8] {
    switch values {
    case .bytes(let bytes): return array.element == .boolean ? bytes.map { $0 == 0 ? 0 : 255 } : bytes
    // 255/65535 is 1/257; no value lies halfway between two bytes.
    case .integers(let words): return words.map { UInt8(clamping: ($0 + 128) / 257) }
    case .numbers(let numbers):
      if let bad = numbers.firstIndex(where: { !(0...1).contains($0) }) {
        throw Problem(
          .badData, at: array.place,
          "image \(first + bad / shape.count) (from 0) holds \(numbers[bad]); \(array.element) must be from 0 to 1",
          hint: "scale them to 0 to 1, or save them as uint8")
      }
      return numbers.map { UInt8(($0 * 255).rounded()) }
    case .texts: preconditionFailure("strings are refused before they are read")
    }
  }

  /// The same images channel by channel.
  private func planar(_ bytes: [UInt8]) -> [UInt8] {
    guard isChannelLast, shape.channels > 1 else { return bytes }
    var planar = [UInt8](repeating: 0, count: bytes.count)
    var planes = planar.mutableSpan
    let source = bytes.span
    let area = shape.height * shape.width
    for image in 0..<bytes.count / shape.count {
      for pixel in 0..<area {
        for channel in 0..<shape.channels {
          planes[(image * shape.channels + channel) * area + pixel] =
            source[(image * area + pixel) * shape.channels + channel]
        }
      }
    }
    return planar
  }
}
