import ArgumentParser
import Diagnostics
import Foundation
import Kernels
import OpenCL
import OpenCLEngine
import Runner
import Settings

/// Options of every command that computes.
struct ComputeOptions: ParsableArguments {
  @Option(
    name: .long,
    help:
      "Threads; results do not depend on their number. (default: the processors available to the process)"
  )
  var threads: Int?

  @Option(
    name: .long,
    help: "Convolution algorithms: fast, or reference, which follows the definition.")
  var kernels = KernelSet.fast

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      With the engine opencl: a device's number, or a part of its name; 'ganomaly devices' lists them. (default: \
      the first graphics card)
      """, valueName: "device"))
  var device: String?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): give a number from 1 to 1024")
    }
  }

  /// Threads to compute with.
  var threadCount: Int { threads ?? AvailableProcessors.current.count }

  /// Starts the threads.
  ///
  /// - Throws: `Problem` if the process may not have the memory they need.
  func context() throws(Problem) -> ComputeContext {
    if AddressSpace.limit != nil { try MatrixProductMemory.reserve(threads: threadCount) }
    return ComputeContext(threads: threadCount, kernels: kernels)
  }

  /// Opens an engine; nil for the processor.
  func engine(_ engine: ComputeEngine) throws -> (any Engine)? {
    engine == .cpu ? nil : try openCLEngine()
  }

  /// - Parameter isProfiled: whether the device times each launch.
  func openCLEngine(isProfiled: Bool = false) throws(Problem) -> OpenCLEngine {
    let device = try DeviceChoice.device(device)
    do {
      return try OpenCLEngine(
        device, kernels: kernels, isProfiled: isProfiled, onFailure: Self.stop)
    } catch {
      throw Problem(error)
    }
  }

  /// Ends the process if its device fails in the middle of a step; the last checkpoint remains. A run that exhausts the
  /// device's memory has failed.
  @Sendable
  private static func stop(_ error: OpenCLError) -> Never {
    let problem = Problem(error)
    if error.kind == .outOfMemory { RunInProgress.recordExhaustion(problem) }
    Terminal.clearLine()
    Terminal.writeError("ganomaly: \(problem)")
    Foundation.exit(problem.exitStatus)
  }

  /// Warns about more threads than available processors: they wait for one another and slow everything down.
  func warnOfTooManyThreads() {
    let available = AvailableProcessors.current.count
    guard let threads, threads > available else { return }
    Terminal.writeError(
      "ganomaly: warning: --threads \(threads), but this process may use "
        + "\(available) \(available == 1 ? "processor" : "processors"): fewer threads are faster")
  }
}

extension KernelSet: ExpressibleByArgument {}
extension ComputeEngine: ExpressibleByArgument {}
