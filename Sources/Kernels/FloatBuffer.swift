/// A fixed number of 32-bit floats in memory of their own, aligned to a cache line and zero at first.
///
/// Not synchronised: whoever shares one sees to it that no two threads write the same element.
public final class FloatBuffer: @unchecked Sendable {
  public let count: Int
  public let pointer: UnsafeMutablePointer<Float>

  public init(count: Int) {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
    self.count = count
    pointer = memory.bindMemory(to: Float.self, capacity: max(1, count))
    pointer.initialize(repeating: 0, count: max(1, count))
  }

  public convenience init(_ values: some Collection<Float>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  public subscript(index: Int) -> Float {
    get { pointer[checked(index)] }
    set { pointer[checked(index)] = newValue }
  }

  private func checked(_ index: Int) -> Int {
    precondition(index >= 0 && index < count, "element \(index) of a buffer of \(count)")
    return index
  }

  /// A copy of the elements.
  public var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// A copy of some of the elements.
  public subscript(range: Range<Int>) -> [Float] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "elements \(range) of a buffer of \(count)")
    return Array(UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count))
  }

  public func fill(with value: Float) { pointer.update(repeating: value, count: count) }

  /// Overwrites the elements from `offset` on.
  public func replace(from offset: Int, with values: some Collection<Float>) {
    precondition(
      offset >= 0 && offset + values.count <= count,
      "\(values.count) elements from \(offset) on do not fit a buffer of \(count)")
    for (index, value) in values.enumerated() { pointer[offset + index] = value }
  }

  /// Overwrites all elements by those of a buffer of the same size.
  public func copy(from other: FloatBuffer) {
    precondition(other.count == count, "\(other.count) elements do not fit a buffer of \(count)")
    pointer.update(from: other.pointer, count: count)
  }
}
