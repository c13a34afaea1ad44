import Diagnostics
import OpenCL

/// The OpenCL devices of this machine, and how one is chosen.
public enum DeviceChoice {
  /// All devices, GPUs and others, in the loader's order; a device's index is its number.
  ///
  /// - Throws: a `Problem` that names what is missing and how to get it.
  public static func devices() throws(Problem) -> [OpenCLDevice] {
    do {
      let devices = try OpenCLDevice.all(OpenCLLibrary())
      if !devices.isEmpty { return devices }
    } catch {
      throw Problem(error)
    }
    throw Problem(
      .missingInput, at: "OpenCL", "the installed drivers find no device",
      hint: "check that the machine has a card, and that this process may use it")
  }

  /// The device that the user selected.
  ///
  /// - Parameter words: its number in `devices`, or part of its name or its platform's name; nil for the first GPU. A
  ///   processor is never chosen unless selected explicitly.
  public static func device(_ words: String?) throws(Problem) -> OpenCLDevice {
    try choose(words, among: devices(), isGPU: \.isGPU) { "\($0.name), \($0.platform)" }
  }

  /// The same choice among devices of any type.
  static func choose<Device>(
    _ words: String?, among devices: [Device], isGPU: (Device) -> Bool, title: (Device) -> String
  ) throws(Problem) -> Device {
    let list = "'ganomaly devices' lists the available devices"
    guard let words else {
      if let card = devices.first(where: isGPU) { return card }
      throw Problem(
        .missingInput, at: "OpenCL", "there is no graphics card among the devices",
        hint: "--device 0 takes the first device, whatever it is; \(list)")
    }
    if let number = Int(words) {
      if devices.indices.contains(number) { return devices[number] }
      throw Problem(
        .usage, at: "--device \(words)", "the devices are numbered 0 to \(devices.count - 1)", hint: list)
    }
    let named = devices.filter { title($0).lowercased().contains(words.lowercased()) }
    if let device = named.first(where: isGPU) ?? named.first { return device }
    throw Problem(.usage, at: "--device \(words)", "no device has this in its name", hint: list)
  }
}

extension Problem {
  /// An OpenCL failure as a problem to report to the user.
  public init(_ error: OpenCLError) {
    switch error.kind {
    case .noLoader:
      self.init(
        .missingInput, at: "OpenCL", error.message,
        hint: "install ocl-icd-libopencl1 (Debian, Ubuntu) or ocl-icd (Fedora), and the driver of the card")
    case .noPlatform:
      self.init(
        .missingInput, at: "OpenCL", error.message,
        hint: "install the card's OpenCL driver; in a container with an NVIDIA card, set "
          + "OCL_ICD_VENDORS=libnvidia-opencl.so.1 (OCL_ICD_FILENAMES with Khronos's loader)")
    case .build, .outOfMemory, .failed:
      self.init(.inputOutput, at: "OpenCL", "cannot \(error.operation): \(error.message)")
    }
  }
}

extension OpenCLEngine {
  /// The engine, the device, its driver, and the hash of the kernel source: what determines the last bits.
  public var facts: [(name: String, value: String)] {
    let device = queue.device
    return [
      ("engine", "opencl"), ("opencl_platform", device.platform), ("opencl_device", device.name),
      ("opencl_version", device.version), ("opencl_driver", device.driver),
      ("opencl_kernels", KernelText.hash),
    ]
  }
}
