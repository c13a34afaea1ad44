import ArgumentParser
import Diagnostics
import Kernels
import Runner

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

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): give a number from 1 to 1024")
    }
  }

  /// Threads to compute with.
  var threadCount: Int { threads ?? AvailableProcessors.current.count }

  /// Starts the threads.
  ///
  /// - Throws: `Problem` when the process may not have the memory that they want.
  func context() throws(Problem) -> ComputeContext {
    if AddressSpace.limit != nil { try MatrixProductMemory.reserve(threads: threadCount) }
    return ComputeContext(threads: threadCount, kernels: kernels)
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
