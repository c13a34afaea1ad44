/// The numbers of a buffer from some place on, as an operation of an engine takes them: a tensor among a network's
/// parameters, for example.
///
/// It does not keep the buffer alive.
public struct BufferSlice {
  public unowned(unsafe) let buffer: FloatBuffer
  public let offset: Int
  /// Where the numbers lie in the processor's memory: stored, since to ask the buffer in an innermost loop costs a
  /// reference count.
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
  /// The numbers from `offset` on.
  public func slice(from offset: Int) -> BufferSlice { BufferSlice(self, from: offset) }

  /// All its numbers.
  public var whole: BufferSlice { slice(from: 0) }
}
