import Kernels
import OpenCL

/// The engine of a device that OpenCL reaches: a graphics card, or a processor by its own driver.
///
/// Buffers get a mirror on the device when an operation first meets them, and stay there; whatever else reads or
/// writes one sees the same numbers (`FloatBuffer`). Operations are asked for in order and not waited for; those that
/// give numbers wait. One thread uses it.
public final class OpenCLEngine: @unchecked Sendable {
  /// What to do when the device fails: an operation of an engine cannot throw.
  public typealias FailureHandler = @Sendable (OpenCLError) -> Never

  public let queue: OpenCLQueue
  /// The algorithms of convolutions.
  let kernels: KernelSet
  /// For the few operations that are done on the host, such as the logarithms of the losses.
  let host = ComputeContext(threads: 1)
  private let onFailure: FailureHandler
  private var programs: [ProgramKey: OpenCLProgram] = [:]
  private var launchable: [KernelKey: OpenCLKernel] = [:]
  var tables: [TableKey: ConvolutionTables] = [:]
  var stores: [StoredBytes] = []
  var lookup: (values: [Float], memory: OpenCLMemory)?
  private var scratch: [ScratchPurpose: OpenCLMemory] = [:]

  /// - Parameters:
  ///   - kernels: the algorithms of convolutions.
  ///   - isProfiled: whether the device notes the time of each launch, which costs time itself.
  ///   - onFailure: what to do when the device fails later on; nil for a trap.
  public init(
    _ device: OpenCLDevice, kernels: KernelSet = .fast, isProfiled: Bool = false,
    onFailure: FailureHandler? = nil
  ) throws(OpenCLError) {
    self.kernels = kernels
    queue = try OpenCLQueue(device, isProfiled: isProfiled)
    self.onFailure = onFailure ?? { error in preconditionFailure("\(error)") }
  }

  /// The result of something that OpenCL may refuse; then `onFailure` has the last word.
  func attempt<Result>(_ body: () throws(OpenCLError) -> Result) -> Result {
    do { return try body() } catch { onFailure(error) }
  }

  // MARK: - Launches

  /// Items of a work-group where the kernel does not say.
  private static let groupSize = 256

  /// Launches a kernel with an item for each of `count` numbers.
  func launch(
    _ name: String, of text: KernelText, _ definitions: [Definition] = [], count: Int,
    _ arguments: [OpenCLArgument]
  ) {
    if count == 0 { return }
    launch(
      name, of: text, definitions, groups: (chunks(count, of: Self.groupSize), 1, 1),
      groupSize: Self.groupSize, arguments)
  }

  /// - Parameter definitions: the macros that the text is compiled with.
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

  /// Memory for a moment, of arbitrary content, until the next call for the same purpose.
  func scratch(_ purpose: ScratchPurpose, bytes: Int) -> OpenCLMemory {
    if let memory = scratch[purpose], memory.byteCount >= bytes { return memory }
    let memory = attempt { () throws(OpenCLError) in
      try OpenCLMemory(queue, byteCount: bytes, for: purpose.rawValue)
    }
    scratch[purpose] = memory
    return memory
  }

  /// New memory with some bytes in it.
  func memory<Number: BitwiseCopyable>(_ values: [Number], for purpose: String) -> OpenCLMemory {
    attempt { () throws(OpenCLError) in
      let size = max(1, values.count * MemoryLayout<Number>.stride)
      let memory = try OpenCLMemory(queue, byteCount: size, for: purpose)
      try memory.write(values)
      return memory
    }
  }
}

/// A macro of a text of kernels.
struct Definition: Hashable {
  let name: String
  let value: Int
}

/// What memory for a moment is for.
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

/// A text, compiled with some macros.
private struct ProgramKey: Hashable {
  let text: KernelText
  let definitions: [Definition]
}

private struct KernelKey: Hashable {
  let name: String
  let program: ProgramKey
}
