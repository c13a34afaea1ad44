import Kernels
import OpenCL

/// An engine on an OpenCL device: a GPU, or a CPU with an OpenCL driver.
///
/// A buffer gets a mirror on the device when an operation first uses it, and keeps it; any other access sees the same
/// values (`FloatBuffer`). Operations are enqueued in order without waiting, except those that return numbers. Use it
/// from one thread.
public final class OpenCLEngine: @unchecked Sendable {
  /// Called when the device fails, since an engine's operations cannot throw.
  public typealias FailureHandler = @Sendable (OpenCLError) -> Never

  /// The queue on which everything runs.
  public let queue: OpenCLQueue
  /// The algorithms that compute convolutions.
  let kernels: KernelSet
  /// Computes the few operations that run on the host, such as the logarithms of the losses.
  let host = ComputeContext(threads: 1)
  private let onFailure: FailureHandler
  private var programs: [ProgramKey: OpenCLProgram] = [:]
  private var launchable: [KernelKey: OpenCLKernel] = [:]
  var tables: [TableKey: ConvolutionTables] = [:]
  var stores: [StoredBytes] = []
  var lookup: (values: [Float], memory: OpenCLMemory)?
  private var scratch: [ScratchPurpose: OpenCLMemory] = [:]
  /// Parts of the numbers that were measured and not yet asked for.
  private(set) lazy var measures = MeasureMemory(self)
  public let stepsAhead: Int

  /// - Parameters:
  ///   - kernels: the algorithms that compute convolutions.
  ///   - stepsAhead: training steps that are started before their losses are read, at least 1; no number depends on it.
  ///   - isProfiled: whether the device times each launch, which itself costs time.
  ///   - onFailure: called when the device fails later on; nil for a trap.
  public init(
    _ device: OpenCLDevice, kernels: KernelSet = .fast, stepsAhead: Int = 32, isProfiled: Bool = false,
    onFailure: FailureHandler? = nil
  ) throws(OpenCLError) {
    self.kernels = kernels
    self.stepsAhead = stepsAhead
    queue = try OpenCLQueue(device, isProfiled: isProfiled)
    self.onFailure = onFailure ?? { error in preconditionFailure("\(error)") }
  }

  /// The result of an OpenCL operation; if it fails, calls `onFailure`, which does not return.
  func attempt<Result>(_ body: () throws(OpenCLError) -> Result) -> Result {
    do { return try body() } catch { onFailure(error) }
  }

  // MARK: - Launches

  /// Work-items per work-group, unless a launch sets its own.
  private static let groupSize = 256

  /// Launches a kernel with one work-item for each of `count` elements.
  func launch(
    _ name: String, of text: KernelText, _ definitions: [Definition] = [], count: Int,
    _ arguments: [OpenCLArgument]
  ) {
    if count == 0 { return }
    launch(
      name, of: text, definitions, groups: (chunkCount(of: Self.groupSize, total: count), 1, 1),
      groupSize: Self.groupSize, arguments)
  }

  /// - Parameter definitions: the macros that the source is compiled with.
  func launch(
    _ name: String, of text: KernelText, _ definitions: [Definition] = [], groups: (Int, Int, Int),
    groupSize: Int, _ arguments: [OpenCLArgument]
  ) {
    attempt { () throws(OpenCLError) in
      let kernel = try kernel(name, ProgramKey(text: text, definitions: definitions))
      try kernel.set(arguments)
      try queue.launch(kernel, groups: groups, groupSize: groupSize)
    }
  }

  private func kernel(_ name: String, _ key: ProgramKey) throws(OpenCLError) -> OpenCLKernel {
    let kernelKey = KernelKey(name: name, program: key)
    if let kernel = launchable[kernelKey] { return kernel }
    let program =
      if let program = programs[key] {
        program
      } else {
        try OpenCLProgram(
          queue, text: key.text.source, name: key.text.rawValue,
          definitions: key.definitions.map { ($0.name, $0.value) })
      }
    programs[key] = program
    let kernel = try OpenCLKernel(program, name)
    launchable[kernelKey] = kernel
    return kernel
  }

  // MARK: - Memory

  /// Temporary memory of arbitrary content, valid until the next call for the same purpose.
  func scratch(_ purpose: ScratchPurpose, bytes: Int) -> OpenCLMemory {
    if let memory = scratch[purpose], memory.byteCount >= bytes { return memory }
    let memory = attempt { () throws(OpenCLError) in
      try OpenCLMemory(queue, byteCount: bytes, for: purpose.rawValue)
    }
    scratch[purpose] = memory
    return memory
  }

  /// New device memory that holds `values`.
  func memory<Number: BitwiseCopyable>(_ values: [Number], for purpose: String) -> OpenCLMemory {
    attempt { () throws(OpenCLError) in
      let size = max(1, values.count * MemoryLayout<Number>.stride)
      let memory = try OpenCLMemory(queue, byteCount: size, for: purpose)
      try memory.write(values)
      return memory
    }
  }
}

/// A macro that kernel source is compiled with.
struct Definition: Hashable {
  let name: String
  let value: Int
}

/// The uses of temporary memory.
enum ScratchPurpose: String {
  case parts = "parts of a convolution's sums"
  case highPoints = "transforms of high sides"
  case lowPoints = "transforms of low sides"
  case weightPoints = "transforms of weights"
  case losses = "sums of losses"
  case indices = "the images of a batch"
  case speed = "measuring the device's speed"
  case copy = "measuring the speed of its memory"
}

/// Kernel source and the macros it is compiled with.
private struct ProgramKey: Hashable {
  let text: KernelText
  let definitions: [Definition]
}

private struct KernelKey: Hashable {
  let name: String
  let program: ProgramKey
}
