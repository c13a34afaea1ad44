import Kernels
import OpenCL

/// Profiling and speed measurement.
///
/// - Precondition: the engine is profiled.
extension OpenCLEngine: ProfiledEngine {
  public func takeProfile() -> [DeviceWork] {
    var works: [String: (launches: Int, seconds: Double)] = [:]
    for launch in attempt({ () throws(OpenCLError) in try queue.takeProfile() }) {
      works[launch.name, default: (0, 0)].launches += 1
      works[launch.name, default: (0, 0)].seconds += launch.end - launch.start
    }
    return works.map { DeviceWork(kernel: $0.key, launches: $0.value.launches, seconds: $0.value.seconds) }
      .sorted { ($1.seconds, $0.kernel) < ($0.seconds, $1.kernel) }
  }

  public func measureSpeed() -> DeviceSpeed {
    let (items, turns) = (1 << 18, 512)
    let results = scratch(.speed, bytes: 64 << 20)
    let chains = best("multiplyAddChains", count: items, [.memory(results), int(turns)])
    // From 32 MiB to another 32 MiB.
    let numbers = (32 << 20) / 16
    let copy = scratch(.copy, bytes: 32 << 20)
    let copying = best("copyNumbers", count: numbers, [.memory(copy), .memory(results), int(numbers)])
    return DeviceSpeed(
      gflops: Double(items * turns * 8 * 4 * 2) / chains / 1e9,
      copyGigabytes: Double(2 * 32 << 20) / copying / 1e9, launchMicroseconds: launchTime() * 1e6)
  }

  /// Seconds of the fastest of several launches.
  private func best(_ name: String, count: Int, _ arguments: [OpenCLArgument]) -> Double {
    for _ in 0..<5 { launch(name, of: .speed, count: count, arguments) }
    let launches = attempt { () throws(OpenCLError) in try queue.takeProfile() }
    return launches.map { $0.end - $0.start }.min() ?? .nan
  }

  /// Seconds from the start of one launch to the start of the next, with launches waiting in the queue.
  private func launchTime() -> Double {
    let results = scratch(.speed, bytes: 64)
    for _ in 0..<500 { launch("doNothing", of: .speed, count: 256, [.memory(results), .int(0)]) }
    let launches = attempt { () throws(OpenCLError) in try queue.takeProfile() }
    // Skip the first half, during which the queue fills up.
    let (first, last) = (launches[launches.count / 2], launches[launches.count - 1])
    return (last.start - first.start) / Double(launches.count - 1 - launches.count / 2)
  }
}
