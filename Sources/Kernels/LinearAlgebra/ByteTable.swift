/// Bytes as numbers: gain·table[byte] + offset.
public enum ByteTable {
  /// Overwrites the numbers of `destination` from `first` on, one for each byte.
  ///
  /// - Precondition: the table has a number for each of the 256 bytes, and the destination has room.
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
