import Foundation
import TestSupport
import Testing

@Suite("A clone of the repository")
struct CleanCloneTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private static let hasGit = ["/usr/bin/git", "/usr/local/bin/git", "/bin/git"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private func git(_ command: String, in workplace: Workplace) throws -> String {
    let identity = "-c user.name=test -c user.email=test@example.org -c commit.gpgsign=false"
    let outcome = try Program.run(
      shell: "HOME=/nonexistent git \(identity) \(command)", in: workplace.folder)
    try #require(outcome.status == 0, "git \(command): \(outcome.error)")
    return outcome.output
  }

  @Test(
    "stays clean whatever the program writes among the results, and tracks results that are committed",
    .enabled(if: hasGit, "git is not installed"))
  func clean() throws {
    try SharedFolder.with(runs: 2) { folder in
      let workplace = folder.workplace
      let ignored = try String(contentsOfFile: "\(Self.root)/.gitignore", encoding: .utf8)
      try workplace.write(ignored, to: ".gitignore")
      try workplace.write("a table\n", to: "results/published.md")
      _ = try git("init --quiet", in: workplace)
      _ = try git("add .gitignore short.yaml && git add --force results/published.md", in: workplace)
      _ = try git("commit --quiet --message=start", in: workplace)
      #expect(try git("status --porcelain", in: workplace).isEmpty)

      #expect(try folder.run("--jobs", "2").status == 0)
      #expect(
        try folder.run("--set", "detector.learning_rate=1e30", "--results", "results/other").status == 1)
      #expect(try workplace.run("report", "short.yaml").status == 0)
      #expect(try workplace.run("report", "short.yaml", "--markdown").status == 0)
      #expect(try workplace.run("submit", "short.yaml", "--dry-run", "--set", "seeds=[7]").status == 0)
      // What a process leaves that is killed while it writes.
      try workplace.write("x", to: "results/short.h5.tmp-host.0123abcd-7-x")
      try workplace.write("x", to: "results/short/runs/0.claim")
      #expect(try git("status --porcelain", in: workplace).isEmpty)

      try workplace.write("another table\n", to: "results/published.md")
      #expect(try git("status --porcelain", in: workplace) == " M results/published.md\n")
    }
  }
}
