import ArgumentParser
import Diagnostics
import Foundation
import Results
import Runner

struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Let Slurm carry out what is missing, as an array of tasks.",
    discussion: """
      Writes RESULTS/EXPERIMENT/submit.sh, to be read and edited, and submits it with sbatch. Each task carries out \
      one run (several where there are more than \(SlurmScript.mostTasks)); stopped in the middle, it leaves a \
      checkpoint, from which the task continues when it is put back into the queue. Submit again for what is \
      missing afterwards, and for each further rung of successive halving. `ganomaly status` shows the state, `ganomaly collect` gathers the results.
      """)

  @OptionGroup var experiment: ExperimentOptions

  @Option(name: .long, help: "Slurm's partition.")
  var partition: String?

  @Option(name: .long, help: "Time of a task as Slurm takes it, such as 4:00:00.")
  var time: String?

  @Option(name: .long, help: ArgumentHelp("Most tasks at the same time.", valueName: "n"))
  var arrayLimit: Int?

  @Option(name: .long, help: ArgumentHelp("Processors of a task, and its threads.", valueName: "n"))
  var cpusPerTask = 1

  @Flag(name: .long, help: "Try the runs again that have failed.")
  var retryFailed = false

  @Flag(name: [.customShort("n"), .long], help: "Only write the script.")
  var dryRun = false

  func validate() throws {
    for (name, value) in [("array-limit", arrayLimit ?? 1), ("cpus-per-task", cpusPerTask)]
    where !(1...65536).contains(value) {
      throw ValidationError("--\(name) \(value): give a number from 1")
    }
    for (name, value) in [("partition", partition), ("time", time)] {
      guard let value else { continue }
      // A line break would begin a command of its own in the script.
      guard !value.isEmpty, value.utf8.allSatisfy({ (33...126).contains($0) }) else {
        throw ValidationError("--\(name) '\(value)': give a word as Slurm takes it")
      }
    }
  }

  func run() throws {
    let plan = try experiment.plan(isQuiet: true)
    let free = try ExperimentStatus(plan).free(retryingFailed: retryFailed)
    if free.isEmpty {
      Terminal.writeError("Nothing is missing that nobody is at: no task is submitted.")
      return
    }
    let folder = "\(plan.results)/\(plan.experiment.name)"
    let path = "\(folder)/submit.sh"
    try AtomicFile.createFolder("\(folder)/slurm")
    let script = script(for: plan, runs: free.count)
    try AtomicFile.write(path) { try writeScript(script.text, to: $0, named: path) }
    Terminal.writeError(
      "\(path): \(script.tasks) \(script.tasks == 1 ? "task" : "tasks") for \(free.count) "
        + (free.count == 1 ? "run" : "runs"))
    if !plan.openRungs.isEmpty {
      Terminal.writeError("The next rung is decided when these are done: submit again then.")
    }
    if !dryRun { try Terminal.write(try SlurmSubmission.submit(path)) }
  }

  private func script(for plan: Plan, runs: Int) -> SlurmScript {
    var command = [Self.executable, "run"] + experiment.arguments
    if retryFailed {
      command += ["--retry-failed", "--failed-before", "\(Date.now.timeIntervalSince1970)"]
    }
    var script = SlurmScript(
      experiment: plan.experiment.name, runs: runs, command: command,
      folder: FileManager.default.currentDirectoryPath, logs: "\(plan.results)/\(plan.experiment.name)/slurm",
      processorsPerTask: cpusPerTask)
    script.partition = partition
    script.time = time
    script.arrayLimit = arrayLimit
    return script
  }

  private func writeScript(_ text: String, to temporary: String, named path: String) throws {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: temporary)
    } catch {
      throw Problem(.inputOutput, at: path, "cannot be written: \(systemReason(error))")
    }
  }

  /// This program's file.
  private static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}
