import Foundation
import ProtocolBuffers

/// Tensors with names and a few words about them, as a safetensors file holds them
/// (huggingface.co/docs/safetensors): eight bytes with the length of a JSON header, the header, then all numbers, the
/// lowest byte first.
public struct Safetensors: Sendable, Equatable {
  /// The numbers of a tensor.
  public enum Values: Sendable, Equatable {
    case floats([Float])
    case integers([Int64])

    public var count: Int {
      switch self {
      case .floats(let values): values.count
      case .integers(let values): values.count
      }
    }
  }

  /// A named array in row-major order.
  public struct Tensor: Sendable, Equatable {
    public var name: String
    public var shape: [Int]
    public var values: Values

    /// - Precondition: there are as many values as the shape wants.
    public init(_ name: String, shape: [Int], _ values: Values) {
      precondition(shape.reduce(1, *) == values.count, "\(name): \(values.count) numbers for \(shape)")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  public var tensors: [Tensor]
  /// The header's `__metadata__`.
  public var metadata: [String: String]

  public init(_ tensors: [Tensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  static let metadataKey = "__metadata__"
  /// Of the header's length, in bytes.
  static let lengthBytes = 8
  /// The numbers begin at a multiple of so many bytes.
  private static let alignment = 8

  /// The file. Integers stand before floats, so that each number lies at a multiple of its size.
  ///
  /// - Precondition: no name is used twice.
  public var bytes: [UInt8] {
    let ordered = tensors.filter { $0.isOfIntegers } + tensors.filter { !$0.isOfIntegers }
    var header: [String: SafetensorsEntry] = [:]
    if !metadata.isEmpty { header[Self.metadataKey] = .metadata(metadata) }
    var data: [UInt8] = []
    data.reserveCapacity(tensors.reduce(0) { $0 + 8 * $1.values.count })
    for tensor in ordered {
      precondition(header[tensor.name] == nil, "two tensors are called \(tensor.name)")
      let begin = data.count
      tensor.appendNumbers(to: &data)
      header[tensor.name] = .tensor(
        .init(type: tensor.isOfIntegers ? "I64" : "F32", shape: tensor.shape, offsets: [begin, data.count]))
    }
    let text = Self.text(header)
    return UInt64(text.count).littleEndianBytes + text + data
  }

  /// The header as JSON, filled up with spaces.
  private static func text(_ header: [String: SafetensorsEntry]) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let json = try? encoder.encode(header) else { preconditionFailure("a header that is no JSON") }
    let spaces = (alignment - json.count % alignment) % alignment
    return Array(json) + Array(repeating: UInt8(ascii: " "), count: spaces)
  }
}

extension Safetensors.Tensor {
  fileprivate var isOfIntegers: Bool {
    if case .integers = values { true } else { false }
  }

  fileprivate func appendNumbers(to data: inout [UInt8]) {
    switch values {
    case .floats(let values): data.appendLittleEndian(values)
    case .integers(let values): for value in values { data += value.littleEndianBytes }
    }
  }
}

extension [UInt8] {
  /// Four bytes a number, the lowest first.
  mutating func appendLittleEndian(_ values: [Float]) {
    reserveCapacity(count + 4 * values.count)
    for value in values {
      let bits = value.bitPattern
      append(UInt8(truncatingIfNeeded: bits))
      append(UInt8(truncatingIfNeeded: bits >> 8))
      append(UInt8(truncatingIfNeeded: bits >> 16))
      append(UInt8(truncatingIfNeeded: bits >> 24))
    }
  }
}

/// What stands under a name in a header.
enum SafetensorsEntry: Encodable {
  /// The description of a tensor.
  struct Tensor: Codable {
    var type: String
    var shape: [Int]
    /// Where its bytes begin and end, counted from the end of the header.
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case shape
      case type = "dtype"
      case offsets = "data_offsets"
    }
  }

  case tensor(Tensor)
  case metadata([String: String])

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .tensor(let tensor): try tensor.encode(to: encoder)
    case .metadata(let metadata): try metadata.encode(to: encoder)
    }
  }
}
