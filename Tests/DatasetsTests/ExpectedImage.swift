@testable import Datasets

/// What Pillow reads from a file of the fixtures, as `generate.py` there stores it.
struct ExpectedImage {
  var height: Int
  var width: Int
  /// Channel by channel.
  var rgb: [UInt8]
  var gray: [UInt8]

  /// All images of the file `images/NAME.expected`.
  static func all(of name: String) throws -> [ExpectedImage] {
    let content = try FileBytes.read(fixture("images/\(name).expected"))
    var images: [ExpectedImage] = []
    var position = 0
    while position < content.count {
      let size = [0, 4].map { start in
        (0..<4).reduce(0) { $0 | Int(content[position + start + $1]) << (8 * $1) }
      }
      let (begin, count) = (position + 8, size[0] * size[1])
      position = begin + 4 * count
      images.append(
        ExpectedImage(
          height: size[0], width: size[1], rgb: Array(content[begin..<begin + 3 * count]),
          gray: Array(content[begin + 3 * count..<position])))
    }
    return images
  }

  /// The largest difference of a byte; `Int.max` if the sizes differ.
  func largestDifference(from image: DecodedImage) -> Int {
    guard (image.height, image.width) == (height, width) else { return .max }
    return max(
      Self.largestDifference(image.planar(channels: 3), rgb),
      Self.largestDifference(image.planar(channels: 1), gray))
  }

  private static func largestDifference(_ first: [UInt8], _ second: [UInt8]) -> Int {
    zip(first, second).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }
}
