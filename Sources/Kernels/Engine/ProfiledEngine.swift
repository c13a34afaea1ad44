/// An engine of a device that can say what its device does, and how fast it is.
public protocol ProfiledEngine: Engine {
  /// Waits for the device, and gives what it has spent its time on since the last call, the longest first.
  func takeProfile() -> [DeviceWork]

  /// How fast the device is at the moment.
  func measureSpeed() -> DeviceSpeed
}

/// The launches of one kernel.
public struct DeviceWork: Sendable {
  public let kernel: String
  public let launches: Int
  /// On the device, waiting excluded.
  public let seconds: Double

  public init(kernel: String, launches: Int, seconds: Double) {
    self.kernel = kernel
    self.launches = launches
    self.seconds = seconds
  }
}

/// What a timing on a device is to be seen beside.
public struct DeviceSpeed: Sendable {
  /// Fused multiply-adds that touch no memory, in 10⁹ operations a second.
  public let gflops: Double
  /// Bytes read and written by a copy in the device's memory, in 10⁹ a second.
  public let copyGigabytes: Double
  /// From the begin of one launch to that of the next one, of kernels that do nothing, in 10⁻⁶ seconds.
  public let launchMicroseconds: Double

  public init(gflops: Double, copyGigabytes: Double, launchMicroseconds: Double) {
    self.gflops = gflops
    self.copyGigabytes = copyGigabytes
    self.launchMicroseconds = launchMicroseconds
  }
}
