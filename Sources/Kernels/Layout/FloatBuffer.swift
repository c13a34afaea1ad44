import Foundation

/// A fixed number of 32-bit floats in memory of their own, aligned to a cache line and zero at first.
///
/// Outside this module its numbers are reached one by one, copied, or handed to the operations of an `Engine`; where
/// they lie in memory is this module's own affair. An engine of a device keeps a mirror of it there, which all
/// functions here respect (see `DeviceMemory`). Not synchronized: whoever shares one sees to it that no two threads
/// write the same element.
public final class FloatBuffer: @unchecked Sendable {
  public let count: Int
  @usableFromInline let pointer: UnsafeMutablePointer<Float>
  /// The same numbers on a device; nil until an engine asks for them there.
  var mirror: (any DeviceMemory)?
  /// Whether there is a mirror: all that the processor's own accesses need to look at.
  @usableFromInline var isMirrored = false
  /// Of a mirrored buffer, which sides hold the present numbers: at least one does.
  var isHostCurrent = true
  var isDeviceCurrent = false

  public init(count: Int) {
    self.count = count
    pointer = allocateZeroed(Float.self, count: count)
  }

  public convenience init(_ values: some Collection<Float>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { release(pointer, count: count) }

  @inlinable
  public subscript(index: Int) -> Float {
    get {
      if isMirrored { bringToHost() }
      return pointer[checked(index)]
    }
    set {
      if isMirrored { takeToHost() }
      pointer[checked(index)] = newValue
    }
  }

  @inlinable
  func checked(_ index: Int) -> Int {
    precondition(index >= 0 && index < count, "element \(index) of a buffer of \(count)")
    return index
  }

  /// A copy of the elements.
  public var array: [Float] { self[0..<count] }

  /// A copy of some of the elements.
  public subscript(range: Range<Int>) -> [Float] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "elements \(range) of a buffer of \(count)")
    if isMirrored { bringToHost() }
    return Array(UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count))
  }

  public func fill(with value: Float) {
    if isMirrored { return fillMirror(with: value) }
    pointer.update(repeating: value, count: count)
  }

  /// Overwrites the elements from `offset` on.
  public func replace(from offset: Int, with values: some Collection<Float>) {
    precondition(
      offset >= 0 && offset + values.count <= count,
      "\(values.count) elements from \(offset) on do not fit a buffer of \(count)")
    if isMirrored { takeToHost() }
    for (index, value) in values.enumerated() { pointer[offset + index] = value }
  }

  /// Overwrites all elements by the first ones of a buffer that is as large, or larger.
  public func copy(from other: FloatBuffer) {
    precondition(other.count >= count, "\(other.count) elements do not fill a buffer of \(count)")
    if isMirrored, copyMirror(from: other) { return }
    if isMirrored { takeToHost() }
    if other.isMirrored { other.bringToHost() }
    pointer.update(from: other.pointer, count: count)
  }
}

/// A fixed number of doubles, for sums; see `FloatBuffer`.
public final class DoubleBuffer: @unchecked Sendable {
  public let count: Int
  @usableFromInline let pointer: UnsafeMutablePointer<Double>
  /// Memory of a device for as many pairs of floats, whose engine keeps its sums there; the processor never sees them.
  package var device: (any DeviceMemory)?

  public init(count: Int) {
    self.count = count
    pointer = allocateZeroed(Double.self, count: count)
  }

  public convenience init(_ values: some Collection<Double>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { release(pointer, count: count) }

  @inlinable
  public subscript(index: Int) -> Double {
    precondition(index >= 0 && index < count, "element \(index) of a buffer of \(count)")
    return pointer[index]
  }

  /// A copy of the elements.
  public var array: [Double] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

private let hugePage = 2 << 20

/// Bytes of memory for so many numbers.
private func byteCount<Number>(_ type: Number.Type, _ count: Int) -> Int {
  let bytes = max(1, count) * MemoryLayout<Number>.stride
  return bytes >= hugePage ? (bytes + hugePage - 1) / hugePage * hugePage : bytes
}

/// Zeroed memory, on huge pages where it is large: the kernels go through many streams at once, and with pages
/// of 4 KiB the address translation alone costs them a tenth of their speed.
private func allocateZeroed<Number: BinaryFloatingPoint>(
  _ type: Number.Type, count: Int
) -> UnsafeMutablePointer<Number> {
  let size = byteCount(type, count)
  let isLarge = size >= hugePage
  var allocated: UnsafeMutableRawPointer?
  guard posix_memalign(&allocated, isLarge ? hugePage : 64, size) == 0, let memory = allocated else {
    MemoryExhaustion.end(wanting: size)
  }
  BufferMemory.add(size)
  #if os(Linux)
    // A request; where it is not granted, pages stay small.
    if isLarge { madvise(memory, size, MADV_HUGEPAGE) }
  #endif
  let pointer = memory.bindMemory(to: type, capacity: max(1, count))
  pointer.initialize(repeating: 0, count: max(1, count))
  return pointer
}

private func release<Number>(_ pointer: UnsafeMutablePointer<Number>, count: Int) {
  BufferMemory.add(-byteCount(Number.self, count))
  free(pointer)
}
