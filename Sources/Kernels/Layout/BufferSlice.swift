/// The values of a buffer from an offset on, such as a tensor among a network's parameters.
///
/// It does not keep the buffer alive.
public struct BufferSlice {
  /// The buffer, not retained.
  public unowned(unsafe) let buffer: FloatBuffer
  /// Index of the slice's first value in the buffer.
  public let offset: Int
  /// Address of the first value in host memory. Stored, since asking the buffer in an innermost loop would cost
  /// reference counting.
  let pointer: UnsafeMutablePointer<Float>

  init(_ buffer: FloatBuffer, from offset: Int) {
    precondition(
      offset >= 0 && offset <= buffer.count, "a slice from \(offset) on of a buffer of \(buffer.count)")
    self.buffer = buffer
    self.offset = offset
    pointer = buffer.pointer + offset
  }
}

extension FloatBuffer {
  /// The values from `offset` on.
  ///
  /// - Precondition: 0 ≤ offset ≤ count.
  public func slice(from offset: Int) -> BufferSlice { BufferSlice(self, from: offset) }

  /// All values.
  public var whole: BufferSlice { slice(from: 0) }
}
