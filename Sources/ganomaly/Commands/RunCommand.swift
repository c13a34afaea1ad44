import ArgumentParser
import Diagnostics
import Foundation
import HDF5
import Kernels
import Reports
import Results
import Runner

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Train and score the missing runs of an experiment, then print its AUC table.",
    discussion: """
      A finished run is never repeated. Each is stored in RESULTS/EXPERIMENT/runs and collected in \
      RESULTS/EXPERIMENT.h5. An interrupted run (Ctrl-C, a signal, a crash, a full disk) resumes from its last \
      checkpoint, bit for bit. A failed run is not retried without --retry-failed. The exit status is 1 while any run \
      has failed; the other runs are kept. Several processes, on one or more machines, can share a results folder: each run is claimed by one of them, and \
      another takes it over if that process ends.
      """)

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var sharing: SharingOptions

  @Flag(name: [.customShort("n"), .long], help: "Print what would run, and stop.")
  var dryRun = false

  @Flag(name: .long, help: "Retry failed runs.")
  var retryFailed = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Minutes of training between checkpoints; the end of an epoch adds one where it is cheap.",
      valueName: "minutes"))
  var checkpointMinutes = 5.0

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Epochs whose weights are stored, so that a finished run can be evaluated in further ways without training: \
      last, best (the last and the best of each evaluation) or all. At width 64 each takes 16 MB.
      """, valueName: "epochs"))
  var keepWeights = KeptWeights.best

  @Option(
    name: .long, help: "Write TensorBoard event files to this folder while training.",
    completion: .directory)
  var tensorboard: String?

  func validate() throws {
    guard checkpointMinutes > 0, checkpointMinutes <= 1e6 else {
      throw ValidationError("--checkpoint-minutes \(checkpointMinutes): give more than 0, such as 5 or 0.5")
    }
  }

  /// - Parameter begin: when this command began; later failures are its own.
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
    // Successive halving: the new results decide the next rung.
    while !sharing.hasLimit, let next = try plan.continued() {
      plan = next
      failures = try execute(plan, begin: begin)
    }
    try ResultText.report(on: plan, failures: failures, retryFailed: retryFailed)
  }

  private func execute(_ plan: Plan, begin: Date) throws -> [FailedRun] {
    let progress = RunProgress(jobs: sharing.jobs)
    defer { progress.clear() }
    guard sharing.jobs > 1 || isToBeSupervised else {
      let tensorBoard = tensorboard.map { TensorBoardListener(folder: $0) }
      let engine = try compute.engine(plan.experiment.engine)
      return try ExperimentRunner(
        plan, context: compute.context(), engine: engine, options: options(begin: begin)
      ) {
        progress.receive($0)
        try tensorBoard?.receive($0)
      }()
    }
    let threads = max(1, compute.threadCount / sharing.jobs)
    if sharing.jobs > 1, plan.wanted(retryingFailed: retryFailed).count > 0 {
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

  /// With limited memory, a run may end its process; another process then goes on with the next run.
  private var isToBeSupervised: Bool {
    AddressSpace.limit != nil && sharing.part == nil && sharing.atMost == nil
  }

  /// This command, as one of several jobs.
  private func jobCommand(for plan: Plan, threads: Int, begin: Date) -> JobPool.Command {
    var arguments = ["run"] + experiment.arguments
    arguments += ["--threads", "\(threads)", "--kernels", compute.kernels.rawValue]
    if let device = compute.device { arguments += ["--device", device] }
    arguments += ["--keep-weights", keepWeights.rawValue]
    arguments += ["--checkpoint-minutes", "\(checkpointMinutes)", "--as-job"]
    // Results of jobs must not lead them to rungs that this process has not planned.
    arguments += ["--most-rungs", "\(plan.plannedRungs)"]
    if let tensorboard { arguments += ["--tensorboard", tensorboard] }
    if retryFailed { arguments += ["--retry-failed", "--failed-before", "\(begin.timeIntervalSince1970)"] }
    return JobPool.Command(arguments: arguments)
  }

  /// Reports events to the process that started this one, and prints nothing.
  private func runAsJob() throws {
    let reporter = JobReporter()
    do {
      StopSignals.receive()
      if AddressSpace.limit != nil { try MatrixProductMemory.reserve(threads: compute.threadCount) }
      let plan = try experiment.plan(isQuiet: true, kernels: compute.kernels, mostRungs: sharing.mostRungs)
      let tensorBoard = tensorboard.map { TensorBoardListener(folder: $0) }
      let engine = try compute.engine(plan.experiment.engine)
      let runner = try ExperimentRunner(
        plan, context: compute.context(), engine: engine, options: options(begin: .now)
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

/// The outcome of an experiment, for the terminal.
enum ResultText {
  /// Prints the table and the failed runs.
  ///
  /// - Parameter retryFailed: whether failed runs were retried.
  /// - Throws: the exit status if any run has failed.
  static func report(on plan: Plan, failures: [FailedRun], retryFailed: Bool) throws {
    // Of several cluster tasks, the last writes it.
    if FileManager.default.fileExists(atPath: plan.summaryPath) {
      let summary = try Summary.read(from: plan.summaryPath)
      try Terminal.write(summary.table().text(width: Terminal.width(), bold: Terminal.showsBold))
      Terminal.writeError("Results: \(plan.summaryPath)")
    }
    if failures.isEmpty { return }
    for run in failures { Terminal.writeError("failed: \(run.title): \(Problem(run.failure))") }
    if !retryFailed { Terminal.writeError("--retry-failed retries them.") }
    throw ExitCode(Problem.Kind.runFailed.rawValue)
  }
}

extension Problem {
  /// A failure as reported to the user.
  init(_ failure: RunFailure) { self.init(.runFailed, failure.summary, hint: failure.hint) }
}

extension KeptWeights: ExpressibleByArgument {}
