/// A message in Protocol Buffers' wire format, field by field (protobuf.dev/programming-guides/encoding).
///
/// It is all that TensorBoard's events and ONNX models need: a few kinds of messages that are written and never read.
/// Generated bindings with their runtime library would be larger than everything that writes these files.
public struct ProtocolBuffer: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// How a field's value is laid out.
  private enum WireType: UInt64 {
    case variable = 0
    case eight = 1
    case delimited = 2
    case four = 5
  }

  public mutating func add(_ field: Int, integer value: Int) {
    tag(field, .variable)
    variable(UInt64(bitPattern: Int64(value)))
  }

  public mutating func add(_ field: Int, double value: Double) {
    tag(field, .eight)
    bytes += value.bitPattern.littleEndianBytes
  }

  public mutating func add(_ field: Int, float value: Float) {
    tag(field, .four)
    bytes += value.bitPattern.littleEndianBytes
  }

  public mutating func add(_ field: Int, string value: String) { add(field, bytes: Array(value.utf8)) }

  public mutating func add(_ field: Int, bytes value: [UInt8]) {
    tag(field, .delimited)
    variable(UInt64(value.count))
    bytes += value
  }

  public mutating func add(_ field: Int, _ message: ProtocolBuffer) { add(field, bytes: message.bytes) }

  /// Numbers in one field, packed.
  public mutating func add(_ field: Int, doubles values: [Double]) {
    var packed = ProtocolBuffer()
    for value in values { packed.bytes += value.bitPattern.littleEndianBytes }
    add(field, packed)
  }

  /// Numbers in one field, packed.
  public mutating func add(_ field: Int, integers values: [Int]) {
    var packed = ProtocolBuffer()
    for value in values { packed.variable(UInt64(bitPattern: Int64(value))) }
    add(field, packed)
  }

  private mutating func tag(_ field: Int, _ type: WireType) { variable(UInt64(field) << 3 | type.rawValue) }

  /// Seven bits a byte, the lowest first; the highest bit says that another byte follows.
  private mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension FixedWidthInteger {
  /// The lowest byte first.
  public var littleEndianBytes: [UInt8] {
    stride(from: 0, to: Self.bitWidth, by: 8).map { UInt8(truncatingIfNeeded: self >> $0) }
  }
}
