import Foundation
import TestSupport
import Testing

@Suite("Submitting")
struct SubmitTests {
  @Test("writes a script that a shell takes and that says what Slurm is asked for")
  func script() throws {
    try SharedFolder.with(runs: 3) { folder in
      let outcome = try folder.workplace.run(
        "submit", "short.yaml", "-n", "--partition", "long", "--time", "4:00:00", "--array-limit", "2",
        "--cpus-per-task", "8", "--set", "description=it's $HOME")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.isEmpty)
      #expect(outcome.error == "results/short/submit.sh: 3 tasks for 3 runs\n")
      let path = folder.workplace.path("results/short/submit.sh")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for option in [
        "--partition=long", "--time=4:00:00", "--array=0-2%2", "--cpus-per-task=8", "--requeue",
        "--signal=B:USR1@120",
      ] {
        #expect(text.contains("\n#SBATCH \(option)\n"), "\(text)")
      }
      #expect(text.contains("--set 'description=it'\\''s $HOME'"), "\(text)")
      #expect(
        try Program.run(shell: "bash -n results/short/submit.sh", in: folder.workplace.folder).status == 0)
      #expect(access(path, X_OK) == 0)
    }
  }

  @Test("asks for a graphics card for the engine opencl, or for as many as it is told to")
  func cards() throws {
    try SharedFolder.with(runs: 1) { folder in
      func script(_ options: String...) throws -> String {
        let outcome = try Program.run(["submit", "short.yaml", "-n"] + options, in: folder.workplace.folder)
        #expect(outcome.status == 0, "\(outcome.error)")
        return try String(
          contentsOfFile: folder.workplace.path("results/short/submit.sh"), encoding: .utf8)
      }
      #expect(!(try script()).contains("--gres"))
      #expect(try script("--engine", "opencl").contains("\n#SBATCH --gres=gpu:1\n"))
      let two = try script("--engine", "opencl", "--gpus-per-task", "2", "--device", "an A100")
      #expect(two.contains("\n#SBATCH --gres=gpu:2\n") && two.contains("--device 'an A100'"), "\(two)")
      #expect(!(try script("--engine", "opencl", "--gpus-per-task", "0")).contains("--gres"))
    }
  }

  @Test("runs as a task of Slurm's, without Slurm")
  func task() throws {
    try SharedFolder.with(runs: 3) { folder in
      #expect(try folder.workplace.run("submit", "short.yaml", "-n").status == 0)
      let task = try Program.run(
        shell: """
          export SLURM_CPUS_PER_TASK=1 SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MAX=2 SLURM_JOB_ID=7
          exec results/short/submit.sh
          """, in: folder.workplace.folder)
      #expect(task.status == 0, "\(task.error)")
      #expect(begunSeeds(task.error) == [2])
      #expect(folder.finished().count == 1)
    }
  }

  @Test("without Slurm says so, and keeps the script")
  func noSlurm() throws {
    try SharedFolder.with(runs: 1) { folder in
      let outcome = try Program.run(
        shell: "PATH=/nowhere exec \"$GANOMALY\" submit short.yaml", in: folder.workplace.folder)
      #expect(outcome.status == 66, "\(outcome.error)")
      #expect(outcome.error.contains("ganomaly: sbatch: no such program: Slurm is not installed here"))
      #expect(outcome.error.contains("ganomaly run --jobs"))
      #expect(folder.workplace.files().contains("results/short/submit.sh"))
    }
  }
}
