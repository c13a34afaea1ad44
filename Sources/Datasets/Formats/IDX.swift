import Diagnostics
import Images

/// The IDX format of MNIST's files: a big-endian magic number, the dimensions, then bytes or big-endian integers.
enum IDX {
  static let imagesMagic: UInt32 = 0x0000_0803
  static let labelsMagic: UInt32 = 0x0000_0801
  /// Two dimensions of 32-bit integers.
  static let tableMagic: UInt32 = 0x0000_0C02

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

  /// Reads one label byte for each image.
  ///
  /// - Parameters:
  ///   - classes: the number of classes.
  ///   - first: the label of the first class; the others follow it.
  /// - Returns: class indices from 0.
  static func labels(
    _ bytes: [UInt8], classes: Int, first: Int = 0, from path: String
  ) throws(Problem) -> [Int] {
    let count = try header(bytes, magic: labelsMagic, of: "labels", dimensions: 1, from: path)[0]
    let labels = try content(bytes, after: 8, count: count, of: "\(count) labels", from: path)
    return try indices(of: labels.map(Int.init), classes: classes, first: first, from: path)
  }

  /// Reads the class in the first column of a table of 32-bit integers, a row for each image.
  ///
  /// - Returns: class indices from 0.
  static func firstColumn(
    _ bytes: [UInt8], columns: Int, classes: Int, from path: String
  ) throws(Problem) -> [Int] {
    let dimensions = try header(bytes, magic: tableMagic, of: "label tables", dimensions: 2, from: path)
    let count = dimensions[0]
    guard dimensions[1] == columns else {
      throw Problem(.badData, at: path, "its table has \(dimensions[1]) columns, expected \(columns)")
    }
    let rows = try content(
      bytes, after: 12, count: count * 4 * columns, of: "\(count) rows of \(columns) integers", from: path)
    let labels = (0..<count).map { Int(Int32(bitPattern: word(rows, at: $0 * 4 * columns))) }
    return try indices(of: labels, classes: classes, first: 0, from: path)
  }

  private static func indices(
    of labels: [Int], classes: Int, first: Int, from path: String
  ) throws(Problem) -> [Int] {
    if let position = labels.firstIndex(where: { !(first..<first + classes).contains($0) }) {
      throw Problem(
        .badData, at: path,
        "label \(position) is \(labels[position]), expected \(first) to \(first + classes - 1)")
    }
    return first == 0 ? labels : labels.map { $0 - first }
  }

  private static func word(_ bytes: [UInt8], at start: Int) -> UInt32 {
    bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The dimensions after the magic number.
  private static func header(
    _ bytes: [UInt8], magic: UInt32, of kind: String, dimensions: Int, from path: String
  ) throws(Problem) -> [Int] {
    let length = 4 + 4 * dimensions
    let words = (0..<min(bytes.count / 4, 1 + dimensions)).map { word(bytes, at: 4 * $0) }
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
