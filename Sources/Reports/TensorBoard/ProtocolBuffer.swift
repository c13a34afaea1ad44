/// A message in Protocol Buffers' wire format, limited to what TensorBoard's events need
/// (protobuf.dev/programming-guides/encoding).
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  /// How a field's value is encoded.
  private enum WireType: UInt64 {
    case variable = 0
    case eight = 1
    case delimited = 2
    case four = 5
  }

  mutating func add(_ field: Int, integer value: Int) {
    tag(field, .variable)
    variable(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, double value: Double) {
    tag(field, .eight)
    bytes += value.bitPattern.littleEndianBytes
  }

  mutating func add(_ field: Int, float value: Float) {
    tag(field, .four)
    bytes += value.bitPattern.littleEndianBytes
  }

  mutating func add(_ field: Int, string value: String) { add(field, bytes: Array(value.utf8)) }

  mutating func add(_ field: Int, bytes value: [UInt8]) {
    tag(field, .delimited)
    variable(UInt64(value.count))
    bytes += value
  }

  mutating func add(_ field: Int, _ message: ProtocolBuffer) { add(field, bytes: message.bytes) }

  /// Numbers packed in one field.
  mutating func add(_ field: Int, doubles values: [Double]) {
    var packed = ProtocolBuffer()
    for value in values { packed.bytes += value.bitPattern.littleEndianBytes }
    add(field, packed)
  }

  private mutating func tag(_ field: Int, _ type: WireType) { variable(UInt64(field) << 3 | type.rawValue) }

  /// A varint: seven bits per byte, lowest first; the high bit says that another byte follows.
  private mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
