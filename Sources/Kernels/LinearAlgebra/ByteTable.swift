/// Maps bytes to numbers: gain·table[byte] + offset.
public enum ByteTable {
  /// Writes one number per byte to `destination`, starting at `first`.
  ///
  /// - Precondition: the table has 256 entries, and the destination has room.
  public static func write(
    _ bytes: Span<UInt8>, by table: Span<Float>, gain: Float, offset: Float,
    to destination: inout MutableSpan<Float>, from first: Int
  ) {
    precondition(
      table.count == 256 && first >= 0 && first + bytes.count <= destination.count,
      "\(bytes.count) bytes by a table of \(table.count), from \(first) on of \(destination.count) numbers")
    destination.withUnsafeMutableBufferPointer { target in
      bytes.withUnsafeBufferPointer { bytes in
        table.withUnsafeBufferPointer { table in
          for place in 0..<bytes.count { target[first + place] = gain * table[Int(bytes[place])] + offset }
        }
      }
    }
  }
}
