import Diagnostics
import Foundation
import Results

/// Executes the missing runs of a plan in several processes at once and collects the results.
///
/// Each process is this program again and claims runs like any other `ganomaly run` on the folder: there is no second
/// scheduler. This process starts them, listens to them, and records a failure for a run whose process was ended by a
/// signal.
public struct JobPool {
  /// - Parameters:
  ///   - job: the index of the job, from 0.
  ///   - moment: when the event happened.
  ///   - moment: of the event.
  public typealias Listener = (_ event: RunnerEvent, _ job: Int, _ moment: ContinuousClock.Instant) -> Void

  /// How a job is started.
  public struct Command: Sendable {
    /// The path of the program.
    public var executable: String
    /// Its arguments, without the program's name.
    public var arguments: [String]

    /// - Parameter executable: by default this program as loaded, even if its file has been rebuilt since.
    public init(executable: String = "/proc/self/exe", arguments: [String]) {
      self.executable = executable
      self.arguments = arguments
    }
  }

  private let plan: Plan
  private let count: Int
  private let threads: Int
  private let command: Command
  private let options: RunnerOptions
  private let claims: Claims
  private let wanted: [Plan.Entry]
  private let runs: NumberedRuns
  private let listener: Listener

  /// - Parameters:
  ///   - jobs: the number of concurrent processes.
  ///   - threads: the threads of each.
  ///   - command: how to start a job: `ganomaly run` on the same experiment, supervised.
  public init(
    _ plan: Plan, jobs: Int, threads: Int, command: Command, options: RunnerOptions,
    listener: @escaping Listener
  ) {
    self.plan = plan
    self.threads = threads
    self.command = command
    self.options = options
    self.listener = listener
    wanted = plan.wanted(options)
    count = min(jobs, wanted.count)
    runs = NumberedRuns(wanted.map(\.run))
    claims = Claims(results: plan.results, experiment: plan.experiment.name)
  }

  /// Executes the missing runs that no other process holds. Unless the options say otherwise, it then waits for the
  /// runs that others hold and takes over those they leave.
  ///
  /// - Returns: the experiment's failed runs, from this call or before.
  /// - Throws: a job's `Problem`, once all jobs have stopped, and `Problem` if a stop is requested.
  public func callAsFunction() throws -> [FailedRun] {
    // Finished results may lie in a read-only folder.
    if count > 0 { try plan.createFolders() }
    var collector = Collector(plan, threads: threads)
    do {
      try executeWanted { try collector.collectNowAndThen() }
    } catch {
      collector.collectAfterError()
      throw error
    }
    try collector.collectIfNeeded()
    return try collector.failures()
  }

  private func executeWanted(afterRun: () throws -> Void) throws {
    var left = wanted
    while !left.isEmpty {
      try executeRound(afterRun)
      let before = left.count
      left = try left.filter { try !plan.isSettled($0) }
      guard !left.isEmpty, options.sharing.waitsForOthers else { return }
      let free = try left.first { try claims.isFree($0.run.identifier) }
      if let free, left.count == before {
        throw Problem(.runFailed, at: free.run.title, "the jobs ended without executing it")
      }
      if free == nil { try waitForOthers(&left) }
    }
  }

  /// Waits until one of the runs that others hold is free, or all are settled.
  private func waitForOthers(_ left: inout [Plan.Entry]) throws {
    listener(.waiting(runs: left.map(\.run)), 0, .now)
    var pace = WaitingPace()
    repeat {
      try pace.wait(unless: options.requireNotStopped)
      left = try left.filter { try !plan.isSettled($0) }
    } while try !left.isEmpty && !left.contains { try claims.isFree($0.run.identifier) }
  }

  /// Lets jobs execute the runs that no other process holds.
  private func executeRound(_ afterRun: () throws -> Void) throws {
    var jobs: [Job?] = []
    var problem: Problem?
    var isStopping = false
    do {
      for _ in 0..<count { jobs.append(try start()) }
      while jobs.contains(where: { $0 != nil }) {
        if !isStopping, let request = options.stopRequest() {
          isStopping = true
          for job in jobs { job?.process.send(signal: request.signal) }
        }
        let ready = readable(jobs.compactMap { $0?.process.output }, milliseconds: 200)
        for (slot, job) in jobs.enumerated() {
          guard let job, ready.contains(job.process.output) else { continue }
          if let lines = try job.lines() {
            try forward(lines, from: slot, afterRun)
            continue
          }
          jobs[slot] = nil
          do {
            let isToGoOn = try settleEnd(of: job, in: slot)
            if isToGoOn, !isStopping, problem == nil { jobs[slot] = try start() }
          } catch let found as Problem {
            problem = problem ?? found
            for job in jobs { job?.process.send(signal: SIGTERM) }
          }
        }
      }
    } catch {
      ChildProcess.stop(jobs.compactMap { $0?.process })
      throw error
    }
    try options.requireNotStopped()
    if let problem { throw problem }
  }

  private func start() throws -> Job {
    Job(
      try ChildProcess(
        executable: command.executable, name: "ganomaly", arguments: command.arguments))
  }

  private func forward(_ lines: [JobLine], from slot: Int, _ afterRun: () throws -> Void) throws {
    for line in lines {
      if let event = line.message.event(among: runs) { listener(event, slot, line.moment) }
      if case .runFinished = line.message { try afterRun() }
    }
  }

  /// Records what an ended job leaves behind.
  ///
  /// - Returns: whether to start another job in its place.
  /// - Throws: `Problem` if all jobs must stop.
  private func settleEnd(of job: Job, in slot: Int) throws -> Bool {
    switch try job.process.wait() {
    case .exited(let status):
      if let problem = job.problem { throw problem }
      guard [0, Problem.Kind.runFailed.rawValue].contains(status) else {
        throw Problem(
          Problem.Kind(rawValue: status) ?? .runFailed, at: "job \(slot + 1)", "ended with status \(status)")
      }
      return false
    case .signalled(let signal):
      guard job.hasBegun else {
        throw Problem(
          .runFailed, at: "job \(slot + 1)", "ended by \(signalName(signal)) before it began a run",
          hint: signal == SIGKILL ? "possibly out of memory: fewer jobs need less" : "")
      }
      if let run = job.run.flatMap({ runs[$0]?.run }) {
        let files = plan.files(of: run)
        // It may have ended after the run's result was in place.
        if try !files.isComplete(run) {
          let failure = job.failure(signal: signal)
          try FailureFile.write(failure, to: files.failure)
          listener(.runFailed(run, failure), slot, .now)
        }
      }
      // Only now, so that nobody takes over the run before its failure is recorded.
      try claims.removeClaims(ofProcess: job.process.number)
      return true
    }
  }
}
