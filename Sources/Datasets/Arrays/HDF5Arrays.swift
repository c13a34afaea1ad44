import Diagnostics
import HDF5

/// The datasets in the root group of an HDF5 file.
struct HDF5Arrays {
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

  let path: String
  let names: [String]
  private let root: HDF5Group
  private let limit: Int

  /// - Parameter limit: the maximum bytes of an array.
  init(_ path: String, limit: Int) throws(Problem) {
    self.path = path
    self.limit = limit
    (root, names) = try Self.problems { () throws(HDF5Error) in
      let root = try HDF5File.openForeign(path).root
      return (root, try root.children().filter { $0.kind == .dataset }.map(\.name))
    }
  }

  /// - Throws: `Problem` of kind `badData` when its values lie in another file, are of no type of `ArrayElement`, or take
  ///   more bytes than the limit.
  func array(_ name: String) throws(Problem) -> StoredArray {
    let place = StoredArray.place("/\(name)", in: path)
    let (dataset, stored, shape, isHere) = try Self.problems { () throws(HDF5Error) in
      let dataset = try root.openDataset(name)
      return (dataset, try dataset.element(), try dataset.shape(), try dataset.isStored(in: path))
    }
    guard isHere else {
      throw Problem(
        .badData, at: place, "its values lie in another file, which is not read",
        hint: "copy them into this file")
    }
    guard let element = Self.element(stored) else {
      throw Problem(
        .badData, at: place, "holds \(Self.words(stored)), which are not read",
        hint: "save images as uint8, or float32 from 0 to 1, and labels as int64")
    }
    let size = element.byteCount(of: shape)
    guard let size, size <= limit else {
      throw ArrayFile.tooLarge(place, size: size, limit: limit)
    }
    return StoredArray(place: place, element: element, shape: shape) { rows throws(Problem) in
      try Self.problems { () throws(HDF5Error) in
        switch element {
        case .boolean, .unsigned(bytes: 1): .bytes(try dataset.read(UInt8.self, rows: rows).values)
        case .unsigned, .signed: .integers(try dataset.read(Int.self, rows: rows).values)
        case .float: .numbers(try dataset.read(Double.self, rows: rows).values)
        case .text: .texts(Array(try dataset.readStrings().values[rows]))
        }
      }
    }
  }

  private static func element(_ stored: HDF5Element) -> ArrayElement? {
    switch stored {
    case .integer(let bytes, let isSigned) where [1, 2, 4, 8].contains(bytes):
      isSigned ? .signed(bytes: bytes) : .unsigned(bytes: bytes)
    case .float(let bytes) where [4, 8].contains(bytes): .float(bytes: bytes)
    case .boolean: .boolean
    // A string of variable length is a pointer.
    case .string: .text(bytes: 8)
    case .integer, .float, .other: nil
    }
  }

  private static func words(_ stored: HDF5Element) -> String {
    switch stored {
    case .integer(let bytes, _): "integers of \(bytes) bytes"
    case .float(let bytes): "floating-point numbers of \(bytes) bytes"
    case .boolean: "booleans"
    case .string: "strings"
    case .other(let words): words
    }
  }

  private static func problems<Result>(_ body: () throws(HDF5Error) -> Result) throws(Problem) -> Result {
    do throws(HDF5Error) {
      return try body()
    } catch {
      switch error.kind {
      case .missingFile: throw Problem(.missingInput, at: error.path, "no such file")
      case .missing, .wrongContent: throw Problem(.badData, at: error.path, error.message)
      case .locked, .alreadyExists, .inputOutput:
        throw Problem(.inputOutput, at: error.path, "cannot \(error.operation): \(error.message)")
      }
    }
  }
}
