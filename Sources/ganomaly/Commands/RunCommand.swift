import ArgumentParser
import Diagnostics
import Foundation
import HDF5
import Reports
import Results
import Runner

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an experiment: train and score what is missing, then print the AUC table.",
    discussion: """
      A finished run is never run again. Each is stored in RESULTS/EXPERIMENT/runs, and all are gathered in \
      RESULTS/EXPERIMENT.h5. A run that was stopped (Ctrl-C, a signal, a crash, a full disk) continues from its \
      last checkpoint, to the same numbers. A run that failed is not tried again unless --retry-failed says so. \
      Exit status 1 while some run has failed; the others are kept.

      Several processes, also on several machines, may run the same experiment on the same results folder: each \
      run is carried out by one of them, and taken over when that one ends.
      """)

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var sharing: SharingOptions

  @Flag(name: [.customShort("n"), .long], help: "Only print what would run.")
  var dryRun = false

  @Flag(name: .long, help: "Try the runs again that have failed.")
  var retryFailed = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Minutes of training between two checkpoints; each epoch's end makes one too, where that costs little.",
      valueName: "minutes"))
  var checkpointMinutes = 5.0

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Of which epochs weights are kept in RESULTS/EXPERIMENT/runs, from which a finished run can be evaluated in \
      further ways: last, best (also the best of each evaluation) or all. At width 64 an epoch takes 16 MB.
      """, valueName: "epochs"))
  var keepWeights = KeptWeights.best

  @Option(
    name: .long, help: "Writes event files for TensorBoard into this folder, while training.",
    completion: .directory)
  var tensorboard: String?

  func validate() throws {
    guard checkpointMinutes > 0, checkpointMinutes <= 1e6 else {
      throw ValidationError("--checkpoint-minutes \(checkpointMinutes): give more than 0, such as 5 or 0.5")
    }
  }

  /// - Parameter begin: of this command, after which a failure is its own.
  private func options(begin: Date) -> RunnerOptions {
    var options = RunnerOptions(
      checkpointInterval: .seconds(checkpointMinutes * 60), retriesFailed: retryFailed,
      stopRequest: { StopSignals.request })
    options.sharing = sharing.sharing(begin: begin)
    options.showsEpochs = tensorboard != nil
    options.keptWeights = keepWeights
    return options
  }

  func run() throws {
    if sharing.asJob { return try runAsJob() }
    let begin = Date.now
    var plan = try experiment.plan(kernels: compute.kernels)
    if dryRun { return try Terminal.write(PlanText.render(plan, retryingFailed: retryFailed)) }
    compute.warnOfTooManyThreads()
    let done = plan.counts.done
    if done > 0 { Terminal.writeError("\(done) of \(plan.entries.count) runs are done already.") }
    StopSignals.receive()
    var failures = try execute(plan, begin: begin)
    // Successive halving: what was just computed decides on the next rung.
    while !sharing.hasLimit, let next = try plan.continued() {
      plan = next
      failures = try execute(plan, begin: begin)
    }
    try ResultText.report(on: plan, failures: failures, retryFailed: retryFailed)
  }

  private func execute(_ plan: Plan, begin: Date) throws -> [FailedRun] {
    let progress = RunProgress(jobs: sharing.jobs)
    defer { progress.clear() }
    guard sharing.jobs > 1 else {
      let tensorBoard = tensorboard.map { TensorBoardListener(folder: $0) }
      let engine = try compute.engine(plan.experiment.engine)
      return try ExperimentRunner(
        plan, context: compute.context, engine: engine, options: options(begin: begin)
      ) {
        progress.receive($0)
        try tensorBoard?.receive($0)
      }()
    }
    let threads = max(1, compute.threadCount / sharing.jobs)
    if plan.wanted(retryingFailed: retryFailed).count > 0 {
      Terminal.writeError(
        "\(sharing.jobs) jobs, each with \(threads) \(threads == 1 ? "thread" : "threads").")
    }
    let pool = JobPool(
      plan, jobs: sharing.jobs, threads: threads,
      command: jobCommand(for: plan, threads: threads, begin: begin),
      options: options(begin: begin)
    ) { event, job, moment in progress.receive(event, job: job, at: moment) }
    return try pool()
  }

  /// This command, as one of several jobs.
  private func jobCommand(for plan: Plan, threads: Int, begin: Date) -> JobPool.Command {
    var arguments = ["run"] + experiment.arguments
    arguments += ["--threads", "\(threads)", "--kernels", compute.kernels.rawValue]
    if let device = compute.device { arguments += ["--device", device] }
    arguments += ["--keep-weights", keepWeights.rawValue]
    arguments += ["--checkpoint-minutes", "\(checkpointMinutes)", "--as-job"]
    // What the jobs themselves compute must not lead them on to runs that nobody here knows of.
    arguments += ["--most-rungs", "\(plan.plannedRungs)"]
    if let tensorboard { arguments += ["--tensorboard", tensorboard] }
    if retryFailed { arguments += ["--retry-failed", "--failed-before", "\(begin.timeIntervalSince1970)"] }
    return JobPool.Command(arguments: arguments)
  }

  /// Tells the process that started this one what happens, and prints nothing.
  private func runAsJob() throws {
    let reporter = JobReporter()
    do {
      StopSignals.receive()
      let plan = try experiment.plan(isQuiet: true, kernels: compute.kernels, mostRungs: sharing.mostRungs)
      let tensorBoard = tensorboard.map { TensorBoardListener(folder: $0) }
      let engine = try compute.engine(plan.experiment.engine)
      let runner = ExperimentRunner(
        plan, context: compute.context, engine: engine, options: options(begin: .now)
      ) {
        try reporter.receive($0)
        try tensorBoard?.receive($0)
      }
      if try !runner().isEmpty { throw ExitCode(Problem.Kind.runFailed.rawValue) }
    } catch let problem as Problem {
      try reporter.stop(problem)
      throw ExitCode(problem.exitStatus)
    } catch let error as HDF5Error {
      let problem = Problem(error)
      try reporter.stop(problem)
      throw ExitCode(problem.exitStatus)
    }
  }
}

/// What an experiment has come to, for the terminal.
enum ResultText {
  /// Prints the table and which runs have failed.
  ///
  /// - Parameter retryFailed: whether the failed runs were tried again.
  /// - Throws: the exit status when some have.
  static func report(on plan: Plan, failures: [FailedRun], retryFailed: Bool) throws {
    // The last of several tasks of a cluster writes it.
    if FileManager.default.fileExists(atPath: plan.summaryPath) {
      let summary = try Summary.read(from: plan.summaryPath)
      try Terminal.write(summary.table().text(width: Terminal.width(), bold: Terminal.showsBold))
      Terminal.writeError("Results: \(plan.summaryPath)")
    }
    if failures.isEmpty { return }
    for run in failures { Terminal.writeError("failed: \(run.title): \(Problem(run.failure))") }
    if !retryFailed { Terminal.writeError("--retry-failed tries them again.") }
    throw ExitCode(Problem.Kind.runFailed.rawValue)
  }
}

extension Problem {
  /// A failure as users are told of it.
  init(_ failure: RunFailure) { self.init(.runFailed, failure.summary, hint: failure.hint) }
}

extension KeptWeights: ExpressibleByArgument {}
