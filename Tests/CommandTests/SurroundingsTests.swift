import Foundation
import TestSupport
import Testing

/// What surrounds a run and may be other than it ought to be: folders that cannot be written or are gone, files that
/// others have open.
@Suite("A run in poor surroundings")
struct SurroundingsTests {
  /// A shell's words before a program that may then write nothing that others do not allow: for root, everything is
  /// writable.
  private static let asNobody = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : ""

  /// A finished experiment `digits.yaml`, with the table that it gave.
  private func withFinished(_ body: (_ workplace: Workplace, _ table: String) throws -> Void) throws {
    try withWorkplace { workplace in
      try workplace.write(Spec.digits, to: "digits.yaml")
      let outcome = try workplace.run("run", "digits.yaml", "--set", "held_out=[1]")
      #expect(outcome.status == 0, "\(outcome.error)")
      try body(workplace, outcome.output)
    }
  }

  private func shell(_ workplace: Workplace, _ line: String) throws -> Program.Outcome {
    try Program.run(shell: line, in: workplace.folder)
  }

  @Test("`run` on finished results that cannot be written gives their table")
  func readOnlyResults() throws {
    try withFinished { workplace, table in
      _ = try shell(workplace, "chmod 755 . && chmod -R a-w,a+rX results")
      defer { _ = try? shell(workplace, "chmod -R u+w .") }
      for jobs in ["1", "2"] {
        let outcome = try shell(
          workplace, "\(Self.asNobody)\"$GANOMALY\" run digits.yaml --set held_out=[1] --jobs \(jobs)")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output == table)
      }
      let more = try shell(workplace, "\(Self.asNobody)\"$GANOMALY\" run digits.yaml --set held_out=[1,2]")
      #expect(more.status == 74, "\(more.error)")
      let reason = "ganomaly: results: the folder cannot be written to: permission denied"
      #expect(more.errorLines.last?.hasPrefix(reason) == true, "\(more.error)")
    }
  }

  @Test("a summary that another program has open for writing is told as that")
  func lockedSummary() throws {
    try withFinished { workplace, _ in
      let other = open(workplace.path("results/digits.h5"), O_RDWR)
      defer { close(other) }
      // As h5py does.
      #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
      let outcome = try workplace.run("table", "results/digits.h5")
      #expect(outcome.status == 74)
      #expect(
        outcome.error
          == "ganomaly: results/digits.h5: cannot open: another program has it open for writing (close it there)\n"
      )
    }
  }

  @Test(
    "a home, a folder for temporary files or a cache that is gone or cannot be written changes nothing",
    arguments: [
      "HOME=/nowhere", "HOME=/proc", "HOME=", "-u HOME", "TMPDIR=/nowhere", "TMPDIR=/proc",
      "XDG_CACHE_HOME=/proc",
    ])
  func environment(setting: String) throws {
    try withFinished { workplace, table in
      for command in [
        "run digits.yaml --set held_out=[1]", "run digits.yaml --set held_out=[1] --results other",
      ] {
        let outcome = try shell(workplace, "env -u XDG_CACHE_HOME \(setting) \"$GANOMALY\" \(command)")
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output == table)
      }
      #expect(workplace.leftovers() == [])
    }
  }

  @Test(
    "a working folder that is gone is an error in words",
    arguments: ["run digits.yaml", "plan digits.yaml", "table digits.yaml", "data list", "score a.h5 b.png"])
  func vanishedFolder(command: String) throws {
    try withWorkplace { workplace in
      try workplace.createFolder("gone")
      let outcome = try shell(workplace, "cd gone && rmdir ../gone && exec \"$GANOMALY\" \(command)")
      #expect(!outcome.wasSignalled, "\(outcome.error)")
      #expect(
        command == "data list" || [66, 74].contains(outcome.status), "\(outcome.status): \(outcome.error)")
      #expect(outcome.status == 0 || outcome.isMessage, "\(outcome.error)")
    }
  }

  @Test("a working folder that cannot be written is an error in words, before anything is computed")
  func readOnlyFolder() throws {
    try withWorkplace { workplace in
      try workplace.write(Spec.digits, to: "digits.yaml")
      _ = try shell(workplace, "chmod 555 .")
      defer { _ = try? shell(workplace, "chmod 755 .") }
      let outcome = try shell(workplace, "\(Self.asNobody)\"$GANOMALY\" run digits.yaml")
      #expect(outcome.status == 74)
      #expect(outcome.error.contains("ganomaly: results: the folder cannot be created: permission denied"))
      let plan = try shell(workplace, "\(Self.asNobody)\"$GANOMALY\" plan digits.yaml")
      #expect(plan.status == 0, "\(plan.error)")
    }
  }
}
