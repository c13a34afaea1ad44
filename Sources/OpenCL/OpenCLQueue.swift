import COpenCL

/// A device in use: a context with one in-order queue.
///
/// Not synchronized: use it from one thread.
public final class OpenCLQueue: @unchecked Sendable {
  /// The device in use.
  public let device: OpenCLDevice
  let context: cl_context
  let queue: cl_command_queue
  /// Whether each launch is timed, which slows it down; see `takeProfile`.
  public let isProfiled: Bool
  private var profile: [(name: String, event: cl_event)] = []
  /// Launches so far.
  public private(set) var launches = 0
  /// Bytes that the device has still to read from the host.
  private var copies: [UnsafeRawBufferPointer] = []
  private var copiedBytes = 0

  var library: OpenCLLibrary { device.library }

  /// - Parameter isProfiled: whether the device records when each launch starts and ends.
  public init(_ device: OpenCLDevice, isProfiled: Bool = false) throws(OpenCLError) {
    let library = device.library
    var code = CL_SUCCESS
    var identifier: cl_device_id? = device.identifier
    guard let context = library.createContext(nil, 1, &identifier, nil, nil, &code), code == CL_SUCCESS else {
      throw OpenCLError("open \(device.name)", code: code)
    }
    let properties = cl_command_queue_properties(isProfiled ? CL_QUEUE_PROFILING_ENABLE : 0)
    guard let queue = library.createQueue(context, device.identifier, properties, &code), code == CL_SUCCESS
    else {
      _ = library.releaseContext(context)
      throw OpenCLError("create a queue for \(device.name)", code: code)
    }
    self.device = device
    self.isProfiled = isProfiled
    self.context = context
    self.queue = queue
  }

  deinit {
    for (_, event) in profile { _ = library.releaseEvent(event) }
    _ = library.finish(queue)
    releaseCopies()
    _ = library.releaseQueue(queue)
    _ = library.releaseContext(context)
  }

  /// Waits until all enqueued work is done.
  public func finish() throws(OpenCLError) {
    try library.check(library.finish(queue), "finish its work")
    releaseCopies()
  }

  /// Makes the device start on the enqueued work.
  public func flush() throws(OpenCLError) { try library.check(library.flush(queue), "start its work") }

  /// Enqueues a launch.
  ///
  /// - Parameters:
  ///   - groups: work-groups in each dimension, at least 1.
  ///   - groupSize: work-items per work-group, all in the first dimension.
  public func launch(
    _ kernel: OpenCLKernel, groups: (Int, Int, Int), groupSize: Int
  ) throws(OpenCLError) {
    let global = [groups.0 * groupSize, groups.1, groups.2]
    let local = [groupSize, 1, 1]
    var event: cl_event?
    let code =
      if isProfiled {
        library.enqueueKernel(queue, kernel.kernel, 3, nil, global, local, 0, nil, &event)
      } else {
        library.enqueueKernel(queue, kernel.kernel, 3, nil, global, local, 0, nil, nil)
      }
    try library.check(code, "launch the kernel '\(kernel.name)'", "\(groups) groups of \(groupSize)")
    launches += 1
    // Some drivers keep what is enqueued to themselves until they are asked to start.
    if launches.isMultiple(of: 64) { try flush() }
    if let event { profile.append((kernel.name, event)) }
  }

  // MARK: - Copies of the host's bytes

  /// A write of more bytes waits for the device instead.
  private static let largestCopy = 1 << 20
  /// All copies together.
  private static let mostCopied = 64 << 20

  /// A copy of bytes that the device may read later; nil if they are too many.
  func copy(_ bytes: UnsafeRawBufferPointer) throws(OpenCLError) -> UnsafeRawBufferPointer? {
    guard bytes.count <= Self.largestCopy else { return nil }
    if copiedBytes + bytes.count > Self.mostCopied { try finish() }
    copiedBytes += bytes.count
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
    copy.copyMemory(from: bytes)
    copies.append(UnsafeRawBufferPointer(copy))
    return UnsafeRawBufferPointer(copy)
  }

  /// Releases all copies; call when the device has done all that was enqueued.
  func releaseCopies() {
    for copy in copies { copy.deallocate() }
    copies.removeAll(keepingCapacity: true)
    copiedBytes = 0
  }

  /// Waits, and returns the start and end of each launch since the last call, in launch order, in seconds.
  ///
  /// - Precondition: the queue is profiled.
  public func takeProfile() throws(OpenCLError) -> [(name: String, start: Double, end: Double)] {
    precondition(isProfiled, "a queue that is not profiled")
    try finish()
    defer { profile.removeAll() }
    var times: [(name: String, start: Double, end: Double)] = []
    for (name, event) in profile {
      var (start, end): (cl_ulong, cl_ulong) = (0, 0)
      let size = MemoryLayout<cl_ulong>.size
      let codes = [
        library.getProfile(event, cl_profiling_info(CL_PROFILING_COMMAND_START), size, &start, nil),
        library.getProfile(event, cl_profiling_info(CL_PROFILING_COMMAND_END), size, &end, nil),
        library.releaseEvent(event),
      ]
      for code in codes { try library.check(code, "read the times of '\(name)'") }
      times.append((name, Double(start) * 1e-9, Double(end) * 1e-9))
    }
    return times
  }
}
