import Foundation

/// A Slurm job array that executes an experiment's missing runs, as a script for people to read and edit.
///
/// Scheduling is left to Slurm: a task is `ganomaly run`, which claims runs as it does everywhere.
public struct SlurmScript: Sendable, Equatable {
  /// The most tasks in an array; Slurm's default limit is a little over a thousand.
  public static let mostTasks = 1000

  /// The experiment's name.
  public var experiment: String
  /// The number of runs to execute.
  public var runs: Int
  /// The program and its arguments, without those that each task adds.
  public var command: [String]
  /// The working folder of the command.
  public var folder: String
  /// The folder for the tasks' logs, relative to `folder`.
  public var logs: String
  /// The Slurm partition; nil for the cluster's default.
  public var partition: String?
  /// The time limit in Slurm's format, such as `4:00:00`; nil for the cluster's default.
  public var time: String?
  /// The most tasks at the same time; nil for no limit.
  public var arrayLimit: Int?
  /// Processors per task, also its number of compute threads.
  public var processorsPerTask: Int
  /// Graphics cards per task.
  public var cardsPerTask = 0
  /// Seconds that a run has to stop before its task's time is up.
  public var notice = 120

  /// A script with the cluster's default partition and time limit.
  public init(
    experiment: String, runs: Int, command: [String], folder: String, logs: String, processorsPerTask: Int
  ) {
    self.experiment = experiment
    self.runs = runs
    self.command = command
    self.folder = folder
    self.logs = logs
    self.processorsPerTask = processorsPerTask
  }

  /// The size of the array.
  public var tasks: Int { min(runs, Self.mostTasks) }
  /// The most runs that a task executes.
  public var runsPerTask: Int { (runs + tasks - 1) / max(1, tasks) }

  /// The script itself.
  public var text: String {
    var options = [
      "--job-name=\(experiment)", "--array=0-\(tasks - 1)\(arrayLimit.map { "%\($0)" } ?? "")",
      "--cpus-per-task=\(processorsPerTask)",
    ]
    if cardsPerTask > 0 { options.append("--gres=gpu:\(cardsPerTask)") }
    if let partition { options.append("--partition=\(partition)") }
    if let time { options.append("--time=\(time)") }
    options += [
      "--requeue", "--open-mode=append", "--signal=B:USR1@\(notice)",
      "--chdir=\(Self.quotedForSlurm(folder))", "--output=\(Self.quotedForSlurm(logs + "/%A_%a.log"))",
    ]
    let program = command.map(Self.quotedForShell).joined(separator: " ")
    let each = runsPerTask == 1 ? "one run" : "\(runsPerTask) runs"
    return """
      #!/bin/bash
      # The experiment \(experiment) as an array of Slurm tasks: \(runs) \(runs == 1 ? "run is" : "runs are") missing; \
      each task executes \(each).
      # Edit it as you like. Tasks take runs that no other process has claimed: more tasks than needed do no harm; with
      # fewer, some runs are still missing afterwards.
      \(options.map { "#SBATCH \($0)" }.joined(separator: "\n"))

      # USR1 arrives \(notice) seconds before the task's time is up, TERM when it is canceled or requeued: either way
      # the run stops with a checkpoint. If its time is up, the task requeues itself to resume the run.
      program=
      is_out_of_time=no
      trap 'is_interrupted=yes; is_out_of_time=yes; [ -z "$program" ] || kill -TERM "$program"' USR1
      trap 'is_interrupted=yes; [ -z "$program" ] || kill -TERM "$program"' TERM

      \(program) \\
        --threads "$SLURM_CPUS_PER_TASK" --no-wait --at-most \(runsPerTask) \\
        --part "$((SLURM_ARRAY_TASK_ID + 1))/$((SLURM_ARRAY_TASK_MAX + 1))" &
      program=$!
      # A signal ends the wait, but not the program: only an uninterrupted wait returns the program's status. 127 means
      # that an earlier wait has already returned it.
      while
        is_interrupted=no
        wait "$program"
        code=$?
        [ "$code" = 127 ] || status=$code
        [ "$is_interrupted" = yes ]
      do :; done
      if [ "$is_out_of_time" = yes ] && [ "$status" = 143 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
      exit "$status"

      """
  }

  /// Quotes a word for a shell's command line.
  static func quotedForShell(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "/._-+:=,@".utf8.contains(byte)
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// Quotes a value in an `#SBATCH` line, where Slurm strips double quotes and interprets `\` within them.
  static func quotedForSlurm(_ value: String) -> String {
    guard value.contains(where: { " \"'\\".contains($0) }) else { return value }
    return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
