/// An engine that can profile its device and measure its speed.
public protocol ProfiledEngine: Engine {
  /// Waits for the device and returns what it has spent its time on since the last call, longest first.
  func takeProfile() -> [DeviceWork]

  /// The device's current speed.
  func measureSpeed() -> DeviceSpeed
}

/// All launches of one kernel.
public struct DeviceWork: Sendable {
  /// The kernel's name.
  public let kernel: String
  /// Number of launches.
  public let launches: Int
  /// Execution time on the device, excluding time in the queue.
  public let seconds: Double

  public init(kernel: String, launches: Int, seconds: Double) {
    self.kernel = kernel
    self.launches = launches
    self.seconds = seconds
  }
}

/// The speed of a device, to put its timings into perspective.
public struct DeviceSpeed: Sendable {
  /// GFLOP/s of fused multiply-adds that touch no memory.
  public let gflops: Double
  /// GB/s of a copy within the device's memory, counting bytes read and written.
  public let copyGigabytes: Double
  /// Microseconds from the start of one launch of an empty kernel to the start of the next.
  public let launchMicroseconds: Double

  public init(gflops: Double, copyGigabytes: Double, launchMicroseconds: Double) {
    self.gflops = gflops
    self.copyGigabytes = copyGigabytes
    self.launchMicroseconds = launchMicroseconds
  }
}
