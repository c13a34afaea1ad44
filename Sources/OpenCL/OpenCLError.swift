/// An OpenCL operation that failed, and why.
public struct OpenCLError: Error, Equatable, Sendable {
  /// What kind of failure it is.
  public enum Kind: Sendable {
    /// There is no loader (`libOpenCL.so.1`) on this machine.
    case noLoader
    /// The loader finds no driver.
    case noPlatform
    /// Kernel source does not compile.
    case build
    /// The device has no memory left for a buffer.
    case outOfMemory
    /// Everything else.
    case failed
  }

  /// What kind of failure it is.
  public var kind: Kind
  /// The operation that failed, phrased as in "create a queue".
  public var operation: String
  /// Why it failed: one sentence without a period, followed by the compiler's log if there is one.
  public var message: String

  public init(_ kind: Kind, _ operation: String, _ message: String) {
    self.kind = kind
    self.operation = operation
    self.message = message
  }

  /// An error that OpenCL returned as a code.
  init(_ operation: String, code: Int32, _ detail: String? = nil) {
    let memory: Set<Int32> = [-4, -5, -6, -61]
    let message = Self.names[code].map { "\($0) (\(code))" } ?? "error \(code)"
    self.init(
      memory.contains(code) ? .outOfMemory : .failed, operation, message + (detail.map { ": \($0)" } ?? ""))
  }

  /// Names from cl.h of the codes that can occur here.
  private static let names: [Int32: String] = [
    -1: "CL_DEVICE_NOT_FOUND", -2: "CL_DEVICE_NOT_AVAILABLE", -3: "CL_COMPILER_NOT_AVAILABLE",
    -4: "CL_MEM_OBJECT_ALLOCATION_FAILURE", -5: "CL_OUT_OF_RESOURCES", -6: "CL_OUT_OF_HOST_MEMORY",
    -11: "CL_BUILD_PROGRAM_FAILURE", -30: "CL_INVALID_VALUE", -33: "CL_INVALID_DEVICE",
    -34: "CL_INVALID_CONTEXT", -36: "CL_INVALID_COMMAND_QUEUE", -38: "CL_INVALID_MEM_OBJECT",
    -43: "CL_INVALID_BUILD_OPTIONS", -45: "CL_INVALID_PROGRAM_EXECUTABLE", -46: "CL_INVALID_KERNEL_NAME",
    -48: "CL_INVALID_KERNEL", -49: "CL_INVALID_ARG_INDEX", -50: "CL_INVALID_ARG_VALUE",
    -51: "CL_INVALID_ARG_SIZE", -52: "CL_INVALID_KERNEL_ARGS", -54: "CL_INVALID_WORK_GROUP_SIZE",
    -55: "CL_INVALID_WORK_ITEM_SIZE", -59: "CL_INVALID_OPERATION", -61: "CL_INVALID_BUFFER_SIZE",
    -1001: "CL_PLATFORM_NOT_FOUND_KHR",
  ]
}

extension OpenCLError: CustomStringConvertible {
  public var description: String { "OpenCL cannot \(operation): \(message)" }
}
