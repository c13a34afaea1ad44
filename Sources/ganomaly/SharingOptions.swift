import ArgumentParser
import Foundation
import Runner

/// How `run` shares its runs with other processes.
struct SharingOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Concurrent runs, each in its own process with its share of the threads.", valueName: "n"))
  var jobs = 1

  @Flag(name: .long, help: "Do not wait for runs that other processes are working on.")
  var noWait = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Start at the k-th of n equal parts of the missing runs, then wrap around: for cluster tasks.",
      valueName: "k/n"))
  var part: RunSharing.Part?

  @Option(name: .long, help: ArgumentHelp("Stop after this many runs.", valueName: "n"))
  var atMost: Int?

  /// Set by the process that started this one as a job.
  @Flag(name: .long, help: .hidden)
  var asJob = false

  /// Seconds since 1970; see `RunSharing.retriesFailuresBefore`.
  @Option(name: .long, help: .hidden)
  var failedBefore: Double?

  /// The most rungs of successive halving to plan.
  @Option(name: .long, help: .hidden)
  var mostRungs: Int?

  func validate() throws {
    guard (1...1024).contains(jobs) else {
      throw ValidationError("--jobs \(jobs): give a number from 1 to 1024")
    }
    if let mostRungs, mostRungs < 0 {
      throw ValidationError("--most-rungs \(mostRungs): give a number from 0")
    }
    if let atMost, atMost < 1 { throw ValidationError("--at-most \(atMost): give a number from 1") }
    if jobs > 1, atMost != nil || part != nil {
      throw ValidationError("--jobs cannot be combined with --at-most and --part")
    }
  }

  /// Whether this process stops before all work is done, like a cluster task.
  var hasLimit: Bool { atMost != nil }

  /// A cluster task, which has a part or a limit, leaves the summary to the last task.
  ///
  /// - Parameter begin: when this command began.
  func sharing(begin: Date) -> RunSharing {
    var sharing = RunSharing()
    if let part { sharing.part = part }
    sharing.limit = atMost
    sharing.waitsForOthers = !noWait && !asJob
    sharing.collecting = asJob ? .never : part != nil || atMost != nil ? .whenComplete : .always
    sharing.isSupervised = asJob
    sharing.retriesFailuresBefore = failedBefore.map(Date.init(timeIntervalSince1970:)) ?? begin
    return sharing
  }
}

extension RunSharing.Part: ExpressibleByArgument {
  /// Parses a part such as `3/12`, counted from 1.
  public init?(argument: String) {
    let words = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard words.count == 2, let number = Int(words[0]), let count = Int(words[1]),
      // Not `1...count`, which traps if `count` is below 1.
      number >= 1, number <= count
    else { return nil }
    self.init(index: number - 1, count: count)
  }
}
