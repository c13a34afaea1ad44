import Diagnostics
import Foundation

extension Safetensors {
  /// A header may be no longer, as in the format's own library.
  private static let longestHeader = 100_000_000

  /// Reads the bytes of a file. Tensors keep the order of their bytes; numbers of other types than float32 and int64
  /// are refused.
  ///
  /// - Parameter path: the file, which messages name.
  /// - Throws: `Problem` of kind `badData` for what is no safetensors file, is cut off or contradicts itself.
  public init(_ bytes: [UInt8], from path: String) throws(Problem) {
    let reader = SafetensorsReader(bytes: bytes, path: path)
    let dataBegin = try reader.dataBegin(longestHeader: Self.longestHeader)
    let header = try reader.header(until: dataBegin)
    try reader.requireWholeCoverage(header.tensors, dataBegin: dataBegin)
    var tensors: [Tensor] = []
    for (name, entry) in header.tensors { tensors.append(try reader.tensor(name, entry, dataBegin)) }
    self.init(tensors, metadata: header.metadata)
  }
}

/// A header as it is read; names of any kind.
private struct Header: Decodable {
  struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// In the order of their bytes.
  var tensors: [(name: String, entry: SafetensorsEntry.Tensor)] = []
  var metadata: [String: String] = [:]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if key.stringValue == Safetensors.metadataKey {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        let entry = try container.decode(SafetensorsEntry.Tensor.self, forKey: key)
        tensors.append((key.stringValue, entry))
      }
    }
    // A name settles the order of tensors without a number.
    tensors.sort { ($0.entry.offsets, $0.name) < ($1.entry.offsets, $1.name) }
  }
}

private func < (a: ([Int], String), b: ([Int], String)) -> Bool {
  a.0 == b.0 ? a.1 < b.1 : a.0.lexicographicallyPrecedes(b.0)
}

private struct SafetensorsReader {
  let bytes: [UInt8]
  let path: String

  /// Bytes of a number of each type that the format has.
  private static let sizes = [
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "I64": 8, "I32": 4, "I16": 2,
    "I8": 1, "U64": 8, "U32": 4, "U16": 2, "U8": 1, "BOOL": 1,
  ]

  private func problem(_ cause: String, hint: String) -> Problem { problem("", cause, hint: hint) }

  /// - Parameter name: the tensor that is wrong; empty for the file.
  private func problem(_ name: String, _ cause: String, hint: String) -> Problem {
    Problem(.badData, at: name.isEmpty ? path : "\(path):\(name)", cause, hint: hint)
  }

  private static let copyAgain = "copy or export it again"

  /// Where the numbers begin.
  func dataBegin(longestHeader: Int) throws(Problem) -> Int {
    guard bytes.count >= Safetensors.lengthBytes else {
      throw problem(
        "no safetensors file: it has \(bytes.count) \(bytes.count == 1 ? "byte" : "bytes")",
        hint: "give one that safetensors or `ganomaly export` wrote")
    }
    let length = (0..<Safetensors.lengthBytes).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * $1) }
    let rest = bytes.count - Safetensors.lengthBytes
    guard length <= UInt64(longestHeader) else {
      throw problem(
        "no safetensors file: its first eight bytes call for a header of \(length) bytes",
        hint: "give one that safetensors or `ganomaly export` wrote; "
          + "experiments/peers/netg_to_safetensors.py converts a .pth file")
    }
    guard length <= UInt64(rest) else {
      throw problem(
        "the file is cut off: its header has \(length) bytes, of which there are \(rest)",
        hint: Self.copyAgain)
    }
    return Safetensors.lengthBytes + Int(length)
  }

  func header(until end: Int) throws(Problem) -> Header {
    let text = bytes[Safetensors.lengthBytes..<end]
    guard String(validating: text, as: UTF8.self) != nil else {
      throw problem("the header is not UTF-8", hint: Self.copyAgain)
    }
    guard text.first == UInt8(ascii: "{") else {
      throw problem("no safetensors file: the header is not a JSON object", hint: Self.copyAgain)
    }
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(text))
    } catch let DecodingError.typeMismatch(_, context), let DecodingError.keyNotFound(_, context),
      let DecodingError.valueNotFound(_, context)
    {
      let keys = context.codingPath.map(\.stringValue).filter { !$0.hasPrefix("Index ") }
      throw problem(
        keys.joined(separator: "/"), "the header does not describe a tensor as dtype, shape and data_offsets",
        hint: Self.copyAgain)
    } catch {
      throw problem("the header is not the JSON of a safetensors file", hint: Self.copyAgain)
    }
    return header
  }

  /// Makes sure that tensors lie one after the other, from the header to the end of the file, each with as many bytes
  /// as it needs.
  func requireWholeCoverage(
    _ tensors: [(name: String, entry: SafetensorsEntry.Tensor)], dataBegin: Int
  ) throws(Problem) {
    var end = 0
    for (name, entry) in tensors {
      guard entry.offsets.count == 2, 0 <= entry.offsets[0], entry.offsets[0] <= entry.offsets[1] else {
        throw problem(
          name, "the offsets \(entry.offsets) are no beginning and end", hint: Self.copyAgain)
      }
      guard let needed = Self.byteCount(entry) else {
        throw problem(
          name, "there is no tensor of type \(entry.type) and shape \(entry.shape)", hint: Self.copyAgain)
      }
      let count = entry.offsets[1] - entry.offsets[0]
      guard count == needed else {
        throw problem(
          name, "\(count) bytes, but \(entry.type) of shape \(entry.shape) takes \(needed)",
          hint: Self.copyAgain)
      }
      guard entry.offsets[0] >= end else {
        throw problem(
          name, "its bytes, from \(entry.offsets[0]) on, overlap with those of another tensor",
          hint: Self.copyAgain)
      }
      guard entry.offsets[0] == end else {
        throw problem(
          name, "before it lie \(entry.offsets[0] - end) bytes of no tensor", hint: Self.copyAgain)
      }
      end = entry.offsets[1]
    }
    let given = bytes.count - dataBegin
    guard end <= given else {
      throw problem(
        "the file is cut off: its tensors have \(end) bytes, of which there are \(given)",
        hint: Self.copyAgain)
    }
    guard end == given else {
      throw problem("\(given - end) bytes follow the last tensor", hint: Self.copyAgain)
    }
  }

  /// nil where type or shape is none.
  private static func byteCount(_ entry: SafetensorsEntry.Tensor) -> Int? {
    guard var count = sizes[entry.type] else { return nil }
    for size in entry.shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflows else { return nil }
      count = product
    }
    return count
  }

  func tensor(
    _ name: String, _ entry: SafetensorsEntry.Tensor, _ dataBegin: Int
  ) throws(Problem) -> Safetensors.Tensor {
    let begin = dataBegin + entry.offsets[0]
    func word(_ place: Int, _ size: Int) -> UInt64 {
      (0..<size).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * $1) }
    }
    let count = entry.shape.reduce(1, *)
    switch entry.type {
    case "F32":
      let values = (0..<count).map { index in
        let place = begin + 4 * index
        return Float(
          bitPattern: UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
            | UInt32(bytes[place + 3]) << 24)
      }
      return Safetensors.Tensor(name, shape: entry.shape, .floats(values))
    case "I64":
      let values = (0..<count).map { Int64(bitPattern: word(begin + 8 * $0, 8)) }
      return Safetensors.Tensor(name, shape: entry.shape, .integers(values))
    default:
      throw problem(
        name, "numbers of type \(entry.type) are not read here", hint: "convert them to float32 (F32)")
    }
  }
}
