import Foundation

/// A fixed-size buffer of 32-bit floats, aligned to a cache line and initially zero.
///
/// Outside this module its values are accessed one by one, copied, or passed to the operations of an `Engine`; their
/// address stays private to the module. A device's engine keeps a mirror of the buffer there, which all functions here
/// keep consistent (see `DeviceMemory`). Not synchronized: callers must ensure that no two threads write the same
/// element.
public final class FloatBuffer: @unchecked Sendable {
  /// Number of elements.
  public let count: Int
  @usableFromInline let pointer: UnsafeMutablePointer<Float>
  /// The same values on a device; nil until an engine needs them there.
  var mirror: (any DeviceMemory)?
  /// Whether there is a mirror: the only check that host accesses pay for.
  @usableFromInline var isMirrored = false
  /// Which copies of a mirrored buffer are current: at least one always is.
  var isHostCurrent = true
  var isDeviceCurrent = false

  /// Allocates zeroed memory; ends the process if there is none (see `MemoryExhaustion`).
  public init(count: Int) {
    self.count = count
    pointer = allocateZeroed(Float.self, count: count)
  }

  /// A copy of `values`.
  public convenience init(_ values: some Collection<Float>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { release(pointer, count: count) }

  /// One element; the index is checked.
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

  /// Sets all elements to `value`.
  public func fill(with value: Float) {
    if isMirrored { return fillMirror(with: value) }
    pointer.update(repeating: value, count: count)
  }

  /// Overwrites the elements from `offset` on.
  ///
  /// - Precondition: `values` fit into the buffer.
  public func replace(from offset: Int, with values: [Float]) {
    precondition(
      offset >= 0 && offset + values.count <= count,
      "\(values.count) elements from \(offset) on do not fit a buffer of \(count)")
    if isMirrored { takeToHost() }
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { (pointer + offset).update(from: first, count: source.count) }
    }
  }

  /// Overwrites all elements with the first ones of a buffer that is at least as large.
  public func copy(from other: FloatBuffer) {
    precondition(other.count >= count, "\(other.count) elements do not fill a buffer of \(count)")
    if isMirrored, copyMirror(from: other) { return }
    if isMirrored { takeToHost() }
    if other.isMirrored { other.bringToHost() }
    pointer.update(from: other.pointer, count: count)
  }
}

/// A fixed-size buffer of doubles, for sums; see `FloatBuffer`.
public final class DoubleBuffer: @unchecked Sendable {
  /// Number of elements.
  public let count: Int
  let pointer: UnsafeMutablePointer<Double>
  /// Device memory for as many pairs of floats, in which an engine keeps its sums; the host never sees them.
  package var device: (any DeviceMemory)?

  /// Allocates zeroed memory; ends the process if there is none (see `MemoryExhaustion`).
  public init(count: Int) {
    self.count = count
    pointer = allocateZeroed(Double.self, count: count)
  }

  /// A copy of `values`.
  public convenience init(_ values: some Collection<Double>) {
    self.init(count: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
  }

  deinit { release(pointer, count: count) }

  /// A copy of the elements.
  public var array: [Double] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

private let hugePage = 2 << 20

/// Bytes allocated for `count` elements.
private func byteCount<Number>(_ type: Number.Type, _ count: Int) -> Int {
  let bytes = max(1, count) * MemoryLayout<Number>.stride
  return bytes >= hugePage ? (bytes + hugePage - 1) / hugePage * hugePage : bytes
}

/// Zeroed memory, on huge pages if large: the kernels walk many streams at once, and with 4 KiB pages address
/// translation alone costs a tenth of their speed.
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
    // Only a hint: if it is refused, pages stay small.
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
