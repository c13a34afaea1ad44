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
      "Threads to compute with; the numbers do not depend on it. (default: the processors that the process may use)"
  )
  var threads: Int?

  @Option(
    name: .long,
    help: "Algorithms for convolutions: fast, or reference for the definition's own products.")
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
  var context: ComputeContext { ComputeContext(threads: threadCount, kernels: kernels) }

  /// Opens what computes networks; nil for the processor.
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

  /// Ends the process when its device fails in the middle of a step; the last checkpoint is kept.
  @Sendable
  private static func stop(_ error: OpenCLError) -> Never {
    let problem = Problem(error)
    Terminal.clearLine()
    Terminal.writeError("ganomaly: \(problem)")
    Foundation.exit(problem.exitStatus)
  }

  /// Warns of more threads than the process has processors for: they wait for one another, and all take longer.
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
