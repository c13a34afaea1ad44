import ProtocolBuffers

/// The frame around an event in an event file, in TensorFlow's record format
/// (tensorflow.org/tutorials/load_data/tfrecord): length, its checksum, the event, its checksum.
enum EventRecord {
  static func framed(_ event: [UInt8]) -> [UInt8] {
    let length = UInt64(event.count).littleEndianBytes
    return length + maskedChecksum(length).littleEndianBytes + event + maskedChecksum(event).littleEndianBytes
  }

  /// CRC-32C, rotated and offset, so that a checksum of data that contain checksums is still a good one.
  static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
    let checksum = checksum(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  /// CRC-32C (Castagnoli), as in RFC 3720.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0x82F6_3B78 : rest >> 1 }
  }
}
