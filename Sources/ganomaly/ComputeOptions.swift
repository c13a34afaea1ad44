import ArgumentParser
import Foundation
import Kernels

/// Options of every command that computes.
struct ComputeOptions: ParsableArguments {
  @Option(
    name: .long, help: "Threads to compute with; the numbers do not depend on it. (default: all processors)")
  var threads: Int?

  @Option(
    name: .long,
    help: "Algorithms for convolutions: fast, or reference for the definition's own products.")
  var kernels = KernelSet.fast

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): give a number from 1 to 1024")
    }
  }

  var context: ComputeContext {
    ComputeContext(
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, kernels: kernels)
  }
}

extension KernelSet: ExpressibleByArgument {}
