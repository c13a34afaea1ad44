import Diagnostics
import Images

/// The IDX format of MNIST's files: a big-endian magic number, the dimensions, then bytes.
enum IDX {
  static let imagesMagic: UInt32 = 0x0000_0803
  static let labelsMagic: UInt32 = 0x0000_0801

  /// No real file holds more; the product of a bad header's dimensions may not even fit into an integer.
  private static let largestPixelCount = 1 << 40

  /// Reads images of one channel, row by row.
  static func images(_ bytes: [UInt8], from path: String) throws(Problem) -> (
    shape: ImageShape, pixels: [UInt8]
  ) {
    let dimensions = try header(bytes, magic: imagesMagic, of: "images", dimensions: 3, from: path)
    let (count, height, width) = (dimensions[0], dimensions[1], dimensions[2])
    guard (1...1 << 16).contains(height), (1...1 << 16).contains(width) else {
      throw Problem(.badData, at: path, "claims that its images have \(height)×\(width) pixels")
    }
    let (product, overflow) = (count * height).multipliedReportingOverflow(by: width)
    guard !overflow, product <= largestPixelCount else {
      throw Problem(.badData, at: path, "claims to hold \(count) images of \(height)×\(width) pixels")
    }
    let pixels = try content(
      bytes, after: 16, count: product, of: "\(count) images of \(height)×\(width)", from: path)
    return (ImageShape(channels: 1, height: height, width: width), pixels)
  }

  /// Reads labels, all below `classes`.
  static func labels(_ bytes: [UInt8], classes: Int, from path: String) throws(Problem) -> [Int] {
    let count = try header(bytes, magic: labelsMagic, of: "labels", dimensions: 1, from: path)[0]
    let labels = try content(bytes, after: 8, count: count, of: "\(count) labels", from: path)
    if let position = labels.firstIndex(where: { $0 >= classes }) {
      throw Problem(
        .badData, at: path, "label \(position) is \(labels[position]), expected 0 to \(classes - 1)")
    }
    return labels.map(Int.init)
  }

  /// The dimensions after the magic number.
  private static func header(
    _ bytes: [UInt8], magic: UInt32, of kind: String, dimensions: Int, from path: String
  ) throws(Problem) -> [Int] {
    let length = 4 + 4 * dimensions
    let words = (0..<min(bytes.count / 4, 1 + dimensions)).map { word in
      bytes[4 * word..<4 * word + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    guard let found = words.first else {
      throw Problem(.badData, at: path, "ends after \(bytes.count) bytes, within the header of \(length)")
    }
    guard found == magic else {
      throw Problem(
        .badData, at: path,
        "is not an IDX file of \(kind): it begins with \(hexadecimal(found)), expected \(hexadecimal(magic))")
    }
    guard words.count == 1 + dimensions else {
      throw Problem(.badData, at: path, "ends after \(bytes.count) bytes, within the header of \(length)")
    }
    guard words[1] > 0 else { throw Problem(.badData, at: path, "holds no \(kind)") }
    return words.dropFirst().map(Int.init)
  }

  private static func content(
    _ bytes: [UInt8], after header: Int, count: Int, of what: String, from path: String
  ) throws(Problem) -> [UInt8] {
    guard bytes.count == header + count else {
      let comparison = bytes.count < header + count ? "is cut off" : "has trailing bytes"
      throw Problem(
        .badData, at: path,
        "\(comparison): \(what) after a header of \(header) bytes make \(header + count) bytes, found \(bytes.count)"
      )
    }
    return Array(bytes[header...])
  }

  private static func hexadecimal(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
