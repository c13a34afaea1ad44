import Foundation
import Testing

/// Specs of one file name in different folders.
@Suite("Two specs of one name")
struct NamesakeTests {
  private static func spec(heldOut: Int) -> String {
    """
    dataset: {name: digits, side: 32}
    held_out: [\(heldOut)]
    detector: {name: pca}
    seeds: [0]

    """
  }

  /// `p` with its results, and `mine/p` without.
  private func layOut(_ workplace: Workplace) throws {
    try workplace.write(Self.spec(heldOut: 2), to: "experiments/p.yaml")
    try workplace.write(Self.spec(heldOut: 7), to: "experiments/mine/p.yaml")
    let run = try workplace.run("run", "p")
    #expect(run.status == 0, "\(run.error)")
  }

  @Test("share no results: every command refuses the second, with a summary of the first or without")
  func refusals() throws {
    try withWorkplace { workplace in
      try layOut(workplace)
      func check() throws {
        let files = workplace.files()
        for command in [["run"], ["plan"], ["status"], ["submit", "-n"], ["collect"], ["clean", "--yes"]] {
          let outcome = try Program.run(command + ["mine/p"], in: workplace.folder)
          #expect(outcome.status == 64 && outcome.isMessage, "\(command): \(outcome.error)")
          #expect(outcome.error.contains("experiments/mine/p.yaml: its name 'p' is that of "))
          #expect(outcome.error.contains("experiments/p.yaml, whose results are in results"))
        }
        #expect(workplace.files() == files)
      }
      let rows = try workplace.run("list").output.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(rows.dropFirst() == [["p", "1/1", "?"], ["mine/p", "0/1", "?"]])
      try check()
      try workplace.remove("results/p.h5")
      try check()
      #expect(try workplace.run("run", "p").error.contains("1 of 1 runs are done already"))
      // A clone has the summary alone.
      try workplace.remove("results/p")
      try check()
    }
  }

  @Test("do not hinder edits, other paths to one spec, and a spec that was moved or renamed")
  func legitimate() throws {
    try withWorkplace { workplace in
      try layOut(workplace)
      func check(_ arguments: String...) throws {
        let outcome = try Program.run(["plan"] + arguments, in: workplace.folder)
        #expect(outcome.status == 0, "\(arguments): \(outcome.error)")
      }
      try check("p", "--set", "held_out=[3]")
      try check(workplace.path("experiments/p.yaml"))
      try check("./experiments/../experiments/p.yaml")
      try workplace.write(Self.spec(heldOut: 4), to: "clone/experiments/p.yaml")
      try check("clone/experiments/p.yaml")
      try workplace.write("name: mine-p\n" + Self.spec(heldOut: 7), to: "experiments/mine/p.yaml")
      try check("mine/p")
      try workplace.write("name: p\n" + Self.spec(heldOut: 7), to: "experiments/mine/q.yaml")
      #expect(try workplace.run("plan", "mine/q").status == 64)
      try workplace.write("name: other\n" + Self.spec(heldOut: 2), to: "experiments/p.yaml")
      try check("mine/q")
      try workplace.remove("experiments/p.yaml")
      try check("mine/q")
    }
  }
}
