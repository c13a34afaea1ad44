import Diagnostics

/// An array in NumPy's NPY format, versions 1 to 3 (`numpy.lib.format`): a header, then all values in row-major order.
///
/// The header is a Python dictionary literal. Only its three keys are parsed; nothing is evaluated, and arrays of Python
/// objects, which are pickles, are refused.
struct NPYFile {
  static let signature: [UInt8] = [0x93] + Array("NUMPY".utf8)

  let element: ArrayElement
  let shape: [Int]
  private let type: NPYType
  private let bytes: [UInt8]
  /// Where the values begin.
  private let start: Int

  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - place: what errors name.
  /// - Throws: `Problem` of kind `badData` when the header is malformed, the type is not one of `ArrayElement`, the array
  ///   is in Fortran order, or the values do not fill the rest of the file exactly.
  init(_ bytes: [UInt8], from place: String) throws(Problem) {
    guard bytes.starts(with: Self.signature) else {
      throw Problem(.badData, at: place, bytes.isEmpty ? "is empty" : "is not a NumPy array (NPY)")
    }
    let cutOff = Problem(.badData, at: place, "is cut off after \(bytes.count) bytes, within its header")
    guard bytes.count > 7 else { throw cutOff }
    guard (1...3).contains(bytes[6]) else {
      throw Problem(
        .badData, at: place, "is of version \(bytes[6]) of the NPY format; 1, 2 and 3 are read",
        hint: "save it with `numpy.save`")
    }
    let lengthSize = bytes[6] == 1 ? 2 : 4
    let begin = 8 + lengthSize
    guard bytes.count >= begin else { throw cutOff }
    let length = bytes[8..<begin].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - begin else { throw cutOff }
    start = begin + length
    guard let header = NPYHeader(bytes[begin..<start]) else {
      throw Problem(
        .badData, at: place, "its header is not that of an array of numbers or strings",
        hint: "save a plain array, such as `images.astype('uint8')`, with `numpy.save`")
    }
    type = try NPYType(header.type, at: place)
    element = type.element
    shape = header.shape
    self.bytes = bytes
    guard !header.isFortran else {
      throw Problem(
        .badData, at: place, "is in Fortran order", hint: "save `numpy.ascontiguousarray(…)` of it")
    }
    guard let size = element.byteCount(of: shape), size <= bytes.count - start else {
      throw Problem(
        .badData, at: place,
        "is cut off: its header claims the shape \(shapeText(shape)) of \(element), and \(bytes.count - start) bytes follow"
      )
    }
    guard size == bytes.count - start else {
      throw Problem(.badData, at: place, "has \(bytes.count - start - size) bytes after its values")
    }
  }

  /// The values of `rows` of the first dimension, which must be within the shape.
  ///
  /// - Throws: `Problem` for an integer above 2⁶³ − 1, and text that is no Unicode.
  func values(_ rows: Range<Int>, at place: String) throws(Problem) -> ArrayValues {
    let perRow = shape.dropFirst().reduce(1, *) * element.size
    let range = start + rows.lowerBound * perRow..<start + rows.upperBound * perRow
    let offsets = stride(from: range.lowerBound, to: range.upperBound, by: element.size)
    switch element {
    case .boolean: return .bytes(bytes[range].map { min($0, 1) })
    case .unsigned(bytes: 1): return .bytes(Array(bytes[range]))
    case .unsigned:
      var values: [Int] = []
      values.reserveCapacity(offsets.underestimatedCount)
      for offset in offsets {
        guard let value = Int(exactly: word(at: offset)) else {
          throw Problem(.badData, at: place, "holds \(word(at: offset)), which is too large")
        }
        values.append(value)
      }
      return .integers(values)
    case .signed(let size):
      let unused = 64 - 8 * size
      return .integers(offsets.map { Int(Int64(bitPattern: word(at: $0) << UInt64(unused)) >> unused) })
    case .float(bytes: 4):
      return .numbers(offsets.map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: word(at: $0)))) })
    case .float: return .numbers(offsets.map { Double(bitPattern: word(at: $0)) })
    case .text:
      var texts: [String] = []
      for offset in offsets {
        guard let text = text(at: offset) else {
          throw Problem(.badData, at: place, "string \(texts.count) is not Unicode")
        }
        texts.append(text)
      }
      return .texts(texts)
    }
  }

  /// The element at a byte, of up to 8 bytes, as an unsigned word.
  private func word(at offset: Int, size: Int? = nil) -> UInt64 {
    let size = size ?? element.size
    var word: UInt64 = 0
    for index in 0..<size {
      word = word << 8 | UInt64(bytes[type.isBigEndian ? offset + index : offset + size - 1 - index])
    }
    return word
  }

  /// The string at a byte, without the zeros that fill it up; nil if it is no Unicode.
  private func text(at offset: Int) -> String? {
    guard type.kind == "U" else {
      var text = bytes[offset..<offset + element.size]
      while text.last == 0 { text.removeLast() }
      return String(validating: text, as: UTF8.self)
    }
    var words = stride(from: offset, to: offset + element.size, by: 4).map { word(at: $0, size: 4) }
    while words.last == 0 { words.removeLast() }
    return String(validating: words.map { UInt32(truncatingIfNeeded: $0) }, as: UTF32.self)
  }
}

/// A NumPy type such as `<f4`: byte order, kind, and size in bytes or characters.
private struct NPYType {
  let kind: Character
  let isBigEndian: Bool
  let element: ArrayElement

  init(_ text: String, at place: String) throws(Problem) {
    var rest = Substring(text)
    isBigEndian = rest.first == ">"
    if let order = rest.first, "<>|=".contains(order) { rest.removeFirst() }
    kind = rest.popFirst() ?? "?"
    if kind == "O" {
      throw Problem(
        .badData, at: place, "holds Python objects as a pickle, which can run code and is never read",
        hint: "save an array of numbers; images of different sizes go into an image folder")
    }
    switch (kind, Int(rest)) {
    case ("b", 1): element = .boolean
    case ("u", let size?) where [1, 2, 4, 8].contains(size): element = .unsigned(bytes: size)
    case ("i", let size?) where [1, 2, 4, 8].contains(size): element = .signed(bytes: size)
    case ("f", let size?) where [4, 8].contains(size): element = .float(bytes: size)
    case ("U", let count?) where (1...1 << 20).contains(count): element = .text(bytes: 4 * count)
    case ("S", let count?) where (1...1 << 20).contains(count): element = .text(bytes: count)
    default:
      throw Problem(
        .badData, at: place, "holds values of NumPy's type \(text.debugDescription), which is not read",
        hint: "save images as uint8, or float32 from 0 to 1, and labels as int64")
    }
  }
}

/// The three entries of an NPY header: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
private struct NPYHeader {
  private(set) var type = ""
  private(set) var isFortran = false
  private(set) var shape: [Int] = []
  private var rest: ArraySlice<UInt8>

  /// nil if it is anything else.
  init?(_ text: ArraySlice<UInt8>) {
    rest = text
    var keys: Set<String> = []
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = quoted(), keys.insert(key).inserted, take(":") else { return nil }
      switch key {
      case "descr":
        guard let type = quoted() else { return nil }
        self.type = type
      case "fortran_order":
        isFortran = take("True")
        guard isFortran || take("False") else { return nil }
      case "shape":
        guard let shape = tuple() else { return nil }
        self.shape = shape
      default: return nil
      }
      guard take(",") || rest.first == UInt8(ascii: "}") else { return nil }
    }
    skipSpaces()
    guard rest.isEmpty, keys.count == 3 else { return nil }
  }

  private mutating func skipSpaces() {
    rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
  }

  /// Takes a word after any spaces; false if another follows.
  private mutating func take(_ word: String) -> Bool {
    skipSpaces()
    guard rest.starts(with: word.utf8) else { return false }
    rest = rest.dropFirst(word.utf8.count)
    return true
  }

  /// A string in single quotes; none of ours needs an escape.
  private mutating func quoted() -> String? {
    guard take("'"), let end = rest.firstIndex(of: UInt8(ascii: "'")) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return String(validating: rest[..<end], as: UTF8.self)
  }

  /// A tuple of integers; Python 2 wrote an `L` after each.
  private mutating func tuple() -> [Int]? {
    guard take("(") else { return nil }
    var extents: [Int] = []
    while !take(")") {
      skipSpaces()
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard extents.count < 32, let extent = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
      rest = rest.dropFirst(digits.count)
      _ = take("L")
      extents.append(extent)
      let isSeparated = take(",")
      guard isSeparated || extents.count > 1 && rest.first == UInt8(ascii: ")") else { return nil }
    }
    return extents
  }
}
