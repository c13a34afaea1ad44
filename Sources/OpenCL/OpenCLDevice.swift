import COpenCL

/// A device and its properties, as its driver reports them.
public struct OpenCLDevice: @unchecked Sendable {
  let library: OpenCLLibrary
  /// Valid as long as the process runs.
  let identifier: cl_device_id
  /// Name of the platform, that is, the driver.
  public let platform: String
  /// Name of the device.
  public let name: String
  /// OpenCL version, such as `OpenCL 3.0 CUDA`.
  public let version: String
  /// Version of the driver.
  public let driver: String
  /// Whether the device is a GPU.
  public let isGPU: Bool
  /// Number of compute units: multiprocessors of a GPU, cores of a CPU.
  public let computeUnits: Int
  /// Global memory in bytes.
  public let memory: Int
  /// Largest possible buffer in bytes.
  public let largestBuffer: Int
  /// Whether correctly rounded division and square root are available on request.
  let roundsDivisions: Bool

  private init(
    _ library: OpenCLLibrary, _ identifier: cl_device_id, platform: String
  ) throws(OpenCLError) {
    let info = DeviceInfo(library: library, device: identifier)
    self.library = library
    self.identifier = identifier
    self.platform = platform
    name = try info.text(CL_DEVICE_NAME)
    version = try info.text(CL_DEVICE_VERSION)
    driver = try info.text(CL_DRIVER_VERSION)
    isGPU = try info.number(CL_DEVICE_TYPE, cl_device_type.self) & cl_device_type(CL_DEVICE_TYPE_GPU) != 0
    computeUnits = Int(try info.number(CL_DEVICE_MAX_COMPUTE_UNITS, cl_uint.self))
    memory = Int(clamping: try info.number(CL_DEVICE_GLOBAL_MEM_SIZE, cl_ulong.self))
    largestBuffer = Int(clamping: try info.number(CL_DEVICE_MAX_MEM_ALLOC_SIZE, cl_ulong.self))
    let rounding = try info.number(CL_DEVICE_SINGLE_FP_CONFIG, cl_device_fp_config.self)
    roundsDivisions = rounding & cl_device_fp_config(CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0
  }

  /// All devices of all drivers, in the loader's order.
  ///
  /// - Throws: `noPlatform` if the loader finds no driver.
  public static func all(_ library: OpenCLLibrary) throws(OpenCLError) -> [OpenCLDevice] {
    var count: cl_uint = 0
    let code = library.getPlatforms(0, nil, &count)
    // The loader's code for no driver (`CL_PLATFORM_NOT_FOUND_KHR`).
    if code == -1001 || code == CL_SUCCESS && count == 0 {
      throw OpenCLError(.noPlatform, "find a driver", "the loader finds no driver")
    }
    try library.check(code, "list the drivers")
    var platforms = [cl_platform_id?](repeating: nil, count: Int(count))
    try library.check(library.getPlatforms(count, &platforms, nil), "list the drivers")
    var devices: [OpenCLDevice] = []
    for platform in platforms.compactMap({ $0 }) {
      devices += try Self.devices(of: platform, library)
    }
    return devices
  }

  private static func devices(
    of platform: cl_platform_id, _ library: OpenCLLibrary
  ) throws(OpenCLError) -> [OpenCLDevice] {
    let name = try text("query a driver's name") {
      library.getPlatformInfo(platform, cl_platform_info(CL_PLATFORM_NAME), $0, $1, $2)
    }
    var count: cl_uint = 0
    let code = library.getDevices(platform, shim_CL_DEVICE_TYPE_ALL(), 0, nil, &count)
    if code == CL_DEVICE_NOT_FOUND || code == CL_SUCCESS && count == 0 { return [] }
    try library.check(code, "list the devices of \(name)")
    var identifiers = [cl_device_id?](repeating: nil, count: Int(count))
    try library.check(
      library.getDevices(platform, shim_CL_DEVICE_TYPE_ALL(), count, &identifiers, nil),
      "list the devices of \(name)")
    var devices: [OpenCLDevice] = []
    for identifier in identifiers.compactMap({ $0 }) {
      devices.append(try OpenCLDevice(library, identifier, platform: name))
    }
    return devices
  }
}

/// Queries of a device's properties.
private struct DeviceInfo {
  let library: OpenCLLibrary
  let device: cl_device_id

  func text(_ key: Int32) throws(OpenCLError) -> String {
    try OpenCL.text("query device property \(key)") {
      library.getDeviceInfo(device, cl_device_info(key), $0, $1, $2)
    }
  }

  func number<Number: FixedWidthInteger>(_ key: Int32, _ type: Number.Type) throws(OpenCLError) -> Number {
    var value = Number.zero
    let code = library.getDeviceInfo(
      device, cl_device_info(key), MemoryLayout<Number>.size, &value, nil)
    try library.check(code, "query device property \(key)")
    return value
  }
}

/// A string from an OpenCL query that takes capacity, memory and the size needed; whitespace is collapsed.
func text(
  _ operation: String, _ get: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Int32
) throws(OpenCLError) -> String {
  var size = 0
  var code = get(0, nil, &size)
  var bytes = [UInt8](repeating: 0, count: size)
  if code == CL_SUCCESS { code = get(size, &bytes, nil) }
  if code != CL_SUCCESS { throw OpenCLError(operation, code: code) }
  let words = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).split(whereSeparator: \.isWhitespace)
  return words.joined(separator: " ")
}
