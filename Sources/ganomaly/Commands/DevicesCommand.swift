import ArgumentParser
import OpenCL
import OpenCLEngine

struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "List the devices that --engine opencl can compute on.",
    discussion: """
      Each line gives the number that --device takes, the device's name, memory and driver. Where there is none, \
      the message says what to install.
      """)

  func run() throws {
    let lines = try DeviceChoice.devices().enumerated().map { number, device in
      """
      \(number)  \(device.isGPU ? "graphics card" : "processor")  \(device.name), \(device.memory >> 20) MiB, \
      \(device.computeUnits) units; \(device.platform), \(device.version), driver \(device.driver)
      """
    }
    try Terminal.write(lines.joined(separator: "\n"))
  }
}
