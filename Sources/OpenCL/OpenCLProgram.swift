import COpenCL

/// Kernel source compiled for a device.
public final class OpenCLProgram: @unchecked Sendable {
  let queue: OpenCLQueue
  let program: cl_program

  /// Compiles `source` as OpenCL C 1.2.
  ///
  /// - Parameters:
  ///   - name: name of the source, for messages.
  ///   - definitions: macros, as for `-D`.
  /// - Throws: `build`, with the compiler's log.
  public init(
    _ queue: OpenCLQueue, text source: String, name: String, definitions: [(name: String, value: Int)] = []
  ) throws(OpenCLError) {
    let library = queue.library
    var code = CL_SUCCESS
    var created: cl_program?
    source.withCString { text in
      var text: UnsafePointer<CChar>? = text
      created = library.createProgram(queue.context, 1, &text, nil, &code)
    }
    guard let program = created, code == CL_SUCCESS else {
      throw OpenCLError("load the kernels of '\(name)'", code: code)
    }
    let options =
      ["-cl-std=CL1.2"] + (queue.device.roundsDivisions ? ["-cl-fp32-correctly-rounded-divide-sqrt"] : [])
      + definitions.map { "-D\($0.name)=\($0.value)" }
    var identifier: cl_device_id? = queue.device.identifier
    let built = library.buildProgram(program, 1, &identifier, options.joined(separator: " "), nil, nil)
    guard built == CL_SUCCESS else {
      let log = Self.log(of: program, queue)
      _ = library.releaseProgram(program)
      throw OpenCLError(
        .build, "compile the kernels of '\(name)'",
        OpenCLError("", code: built).message + (log.isEmpty ? "" : "\n\(log)"))
    }
    self.queue = queue
    self.program = program
  }

  deinit { _ = queue.library.releaseProgram(program) }

  /// The compiler's log.
  private static func log(of program: cl_program, _ queue: OpenCLQueue) -> String {
    let key = cl_program_build_info(CL_PROGRAM_BUILD_LOG)
    var size = 0
    let device = queue.device.identifier
    guard queue.library.getBuildInfo(program, device, key, 0, nil, &size) == CL_SUCCESS, size > 0 else {
      return ""
    }
    var bytes = [UInt8](repeating: 0, count: size)
    guard queue.library.getBuildInfo(program, device, key, size, &bytes, nil) == CL_SUCCESS else { return "" }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// An argument of a kernel.
public enum OpenCLArgument {
  case memory(OpenCLMemory)
  /// A null pointer.
  case none
  case int(Int32)
  case float(Float)
  /// A struct of ints.
  case ints([Int32])
}

/// A kernel function of a program.
public final class OpenCLKernel: @unchecked Sendable {
  /// Name of the kernel function.
  public let name: String
  /// Kept alive by its kernels.
  private let program: OpenCLProgram
  let kernel: cl_kernel

  /// Finds the kernel `name` in a program.
  ///
  /// - Throws: `failed` if there is none.
  public init(_ program: OpenCLProgram, _ name: String) throws(OpenCLError) {
    var code = CL_SUCCESS
    guard let kernel = program.queue.library.createKernel(program.program, name, &code), code == CL_SUCCESS
    else { throw OpenCLError("find the kernel '\(name)'", code: code) }
    self.program = program
    self.name = name
    self.kernel = kernel
  }

  deinit { _ = program.queue.library.releaseKernel(kernel) }

  /// Sets all arguments of the next launch.
  public func set(_ arguments: [OpenCLArgument]) throws(OpenCLError) {
    for (index, argument) in arguments.enumerated() {
      let place = cl_uint(index)
      try program.queue.library.check(
        code(of: argument, at: place), "set argument \(index) of the kernel '\(name)'")
    }
  }

  private func code(of argument: OpenCLArgument, at index: cl_uint) -> Int32 {
    let set = program.queue.library.setArgument
    switch argument {
    case .memory(let memory):
      var address: cl_mem? = memory.memory
      return set(kernel, index, MemoryLayout<cl_mem?>.size, &address)
    case .none: return set(kernel, index, MemoryLayout<cl_mem?>.size, nil)
    case .int(var value): return set(kernel, index, MemoryLayout<Int32>.size, &value)
    case .float(var value): return set(kernel, index, MemoryLayout<Float>.size, &value)
    case .ints(let values):
      return values.withUnsafeBytes { set(kernel, index, $0.count, $0.baseAddress) }
    }
  }
}
