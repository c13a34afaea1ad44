import COpenCL

/// A buffer in device memory.
public final class OpenCLMemory: @unchecked Sendable {
  /// The queue that all copies go through.
  public let queue: OpenCLQueue
  /// Size in bytes.
  public let byteCount: Int
  let memory: cl_mem

  private var library: OpenCLLibrary { queue.library }

  /// Allocates a buffer of arbitrary content.
  ///
  /// - Parameters:
  ///   - byteCount: at least 1.
  ///   - purpose: what the buffer is for, named in the error message if allocation fails.
  public init(_ queue: OpenCLQueue, byteCount: Int, for purpose: String) throws(OpenCLError) {
    var code = CL_SUCCESS
    let flags = cl_mem_flags(CL_MEM_READ_WRITE)
    guard let memory = queue.library.createBuffer(queue.context, flags, byteCount, nil, &code),
      code == CL_SUCCESS
    else {
      throw OpenCLError(
        "allocate \(byteCount >> 20) MiB for \(purpose)", code: code,
        "\(queue.device.name) has \(queue.device.memory >> 20) MiB, "
          + "and \(queue.device.largestBuffer >> 20) MiB for one buffer")
    }
    self.queue = queue
    self.byteCount = byteCount
    self.memory = memory
  }

  deinit { _ = library.releaseMemory(memory) }

  /// Copies the first `target.count` bytes to the host and waits for them.
  public func read(into target: UnsafeMutableRawBufferPointer) throws(OpenCLError) {
    guard let address = target.baseAddress, !target.isEmpty else { return }
    precondition(target.count <= byteCount, "\(target.count) bytes of a buffer of \(byteCount)")
    try library.check(
      library.enqueueRead(queue.queue, memory, cl_bool(CL_TRUE), 0, target.count, address, 0, nil, nil),
      "read \(target.count) bytes")
    queue.releaseCopies()
  }

  /// Overwrites the first `source.count` bytes, without waiting for the device unless they are many.
  public func write(from source: UnsafeRawBufferPointer) throws(OpenCLError) {
    guard !source.isEmpty else { return }
    precondition(source.count <= byteCount, "\(source.count) bytes for a buffer of \(byteCount)")
    let copy = try queue.copy(source)
    let address = (copy ?? source).baseAddress
    let waits = cl_bool(copy == nil ? CL_TRUE : CL_FALSE)
    try library.check(
      library.enqueueWrite(queue.queue, memory, waits, 0, source.count, address, 0, nil, nil),
      "write \(source.count) bytes")
  }

  /// Overwrites the first bytes with those of an array; see `write(from:)`.
  public func write<Number: BitwiseCopyable>(_ values: [Number]) throws(OpenCLError) {
    let result = values.withUnsafeBytes { bytes in
      Result { () throws(OpenCLError) in try write(from: bytes) }
    }
    try result.get()
  }

  /// Copies the first `count` floats to the host and waits for them.
  public func readFloats(count: Int) throws(OpenCLError) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    let result = values.withUnsafeMutableBytes { bytes in
      Result { () throws(OpenCLError) in try read(into: bytes) }
    }
    try result.get()
    return values
  }

  /// Enqueues filling the whole buffer with a value.
  public func fill(with value: Float) throws(OpenCLError) {
    var value = value
    let size = MemoryLayout<Float>.size
    try library.check(
      library.enqueueFill(queue.queue, memory, &value, size, 0, byteCount / size * size, 0, nil, nil),
      "fill a buffer")
  }

  /// Enqueues copying bytes from another buffer of this queue.
  public func copy(
    from source: OpenCLMemory, sourceOffset: Int = 0, targetOffset: Int = 0, byteCount count: Int
  ) throws(OpenCLError) {
    if count == 0 { return }
    try library.check(
      library.enqueueCopy(
        queue.queue, source.memory, memory, sourceOffset, targetOffset, count, 0, nil, nil),
      "copy \(count) bytes")
  }

  /// Enqueues copying rows from another buffer of this queue; offsets, lengths and steps in bytes.
  public func copyRows(
    from source: OpenCLMemory, sourceOffset: Int, sourceStep: Int, targetOffset: Int, targetStep: Int,
    length: Int, rows: Int
  ) throws(OpenCLError) {
    let (from, to) = ([sourceOffset, 0, 0], [targetOffset, 0, 0])
    let region = [length, rows, 1]
    try library.check(
      library.enqueueCopyRect(
        queue.queue, source.memory, memory, from, to, region, sourceStep, 0, targetStep, 0, 0, nil, nil),
      "copy \(rows) rows of \(length) bytes")
  }
}
