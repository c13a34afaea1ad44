import Diagnostics

/// The stored type of an array's elements.
enum ArrayElement: Equatable, CustomStringConvertible {
  case boolean
  case unsigned(bytes: Int)
  case signed(bytes: Int)
  case float(bytes: Int)
  /// Strings of a fixed length, or pointers to strings.
  case text(bytes: Int)

  /// Bytes of an element.
  var size: Int {
    switch self {
    case .boolean: 1
    case .unsigned(let bytes), .signed(let bytes), .float(let bytes), .text(let bytes): bytes
    }
  }

  /// NumPy's name.
  var description: String {
    switch self {
    case .boolean: "bool"
    case .unsigned(let bytes): "uint\(8 * bytes)"
    case .signed(let bytes): "int\(8 * bytes)"
    case .float(let bytes): "float\(8 * bytes)"
    case .text: "strings"
    }
  }

  /// Bytes of an array; nil if no integer holds their number.
  func byteCount(of shape: [Int]) -> Int? {
    if shape.contains(0) { return 0 }
    var count = size
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return count
  }
}

/// Values of an array in row-major order, widened.
enum ArrayValues {
  /// Of `unsigned(bytes: 1)`, and of `boolean` as 0 and 1.
  case bytes([UInt8])
  /// Of all other integers.
  case integers([Int])
  case numbers([Double])
  case texts([String])
}

/// A named array in a file, whatever its format; its values are read in pieces.
struct StoredArray {
  /// The file and the array's name in it, for errors.
  let place: String
  let element: ArrayElement
  let shape: [Int]
  /// The values of rows of the first dimension, which must be within the shape.
  let values: (Range<Int>) throws(Problem) -> ArrayValues

  /// Where an array of a file with several lies.
  static func place(_ name: String, in path: String) -> String { "\(path):\(name)" }
}

/// A shape as its extents with × between them.
func shapeText(_ shape: [Int]) -> String {
  shape.isEmpty ? "of one value" : shape.map(String.init).joined(separator: "×")
}
