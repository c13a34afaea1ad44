import ArgumentParser
import Diagnostics
import Foundation
import Results
import Runner

struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Submit the missing runs to Slurm as a job array.",
    discussion: """
      Writes RESULTS/EXPERIMENT/submit.sh, which you can read and edit, and submits it with sbatch. Each task executes \
      one run (several if there are more than \(SlurmScript.mostTasks)); a preempted task leaves a checkpoint and \
      resumes from it when requeued. Submit again for runs still missing, and for each rung of successive halving. \
      `ganomaly status` shows the state, `ganomaly collect` collects the results.
      """)

  @OptionGroup var experiment: ExperimentOptions

  @Option(name: .long, help: "Slurm partition.")
  var partition: String?

  @Option(name: .long, help: "Time limit of a task in Slurm's format, such as 4:00:00.")
  var time: String?

  @Option(name: .long, help: ArgumentHelp("Maximum number of concurrent tasks.", valueName: "n"))
  var arrayLimit: Int?

  @Option(name: .long, help: ArgumentHelp("Processors, and threads, of each task.", valueName: "n"))
  var cpusPerTask = 1

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Graphics cards of each task. (default: 1 with the engine opencl, else none)", valueName: "n"))
  var gpusPerTask: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "With the engine opencl: the device, as for 'ganomaly run'. (default: the task's first graphics card)",
      valueName: "device"))
  var device: String?

  @Flag(name: .long, help: "Retry failed runs.")
  var retryFailed = false

  @Flag(name: [.customShort("n"), .long], help: "Write the script without submitting it.")
  var dryRun = false

  func validate() throws {
    for (name, value) in [("array-limit", arrayLimit ?? 1), ("cpus-per-task", cpusPerTask)]
    where !(1...65536).contains(value) {
      throw ValidationError("--\(name) \(value): give a number from 1")
    }
    if let gpusPerTask, !(0...64).contains(gpusPerTask) {
      throw ValidationError("--gpus-per-task \(gpusPerTask): give a number from 0 to 64")
    }
    for (name, value) in [("partition", partition), ("time", time)] {
      guard let value else { continue }
      // A line break would start a new command in the script.
      guard !value.isEmpty, value.utf8.allSatisfy({ (33...126).contains($0) }) else {
        throw ValidationError("--\(name) '\(value)': give a value in Slurm's format, without spaces")
      }
    }
  }

  func run() throws {
    let plan = try experiment.plan(isQuiet: true)
    let free = try ExperimentStatus(plan).free(retryingFailed: retryFailed)
    if free.isEmpty {
      Terminal.writeError("No run is both missing and unclaimed: nothing to submit.")
      return
    }
    let folder = "\(plan.results)/\(plan.experiment.name)"
    let path = "\(folder)/submit.sh"
    try AtomicFile.createFolder("\(folder)/slurm")
    try SpecOwner.record(plan.experiment, results: plan.results)
    let script = script(for: plan, runs: free.count)
    try AtomicFile.write(path) { try writeScript(script.text, to: $0, named: path) }
    Terminal.writeError(
      "\(path): \(script.tasks) \(script.tasks == 1 ? "task" : "tasks") for \(free.count) "
        + (free.count == 1 ? "run" : "runs"))
    if !plan.openRungs.isEmpty {
      Terminal.writeError("The next rung depends on these runs: submit again when they are done.")
    }
    if !dryRun { try Terminal.write(try SlurmSubmission.submit(path)) }
  }

  private func script(for plan: Plan, runs: Int) -> SlurmScript {
    var command = [Executable.path, "run"] + experiment.arguments
    if let device { command += ["--device", device] }
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
    script.cardsPerTask = gpusPerTask ?? (plan.experiment.engine == .cpu ? 0 : 1)
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
}
