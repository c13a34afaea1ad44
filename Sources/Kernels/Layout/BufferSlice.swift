/// The numbers of a buffer from some place on, as an operation of an engine takes them: a tensor among a network's
/// parameters, for example.
///
/// It does not keep the buffer alive.
public struct BufferSlice {
  public unowned(unsafe) let buffer: FloatBuffer
  public let offset: Int

  /// Where the numbers lie in this processor's memory.
  var pointer: UnsafeMutablePointer<Float> { buffer.pointer + offset }
}

extension FloatBuffer {
  /// The numbers from `offset` on.
  public func slice(from offset: Int) -> BufferSlice {
    precondition(offset >= 0 && offset <= count, "a slice from \(offset) on of a buffer of \(count)")
    return BufferSlice(buffer: self, offset: offset)
  }

  /// All its numbers.
  public var whole: BufferSlice { slice(from: 0) }
}
