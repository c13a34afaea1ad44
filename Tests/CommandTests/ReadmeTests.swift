import Foundation
import TestSupport
import Testing

/// The README as a new user takes it: every command is run, every link followed.
@Suite("The README")
struct ReadmeTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private static func text(_ page: String) throws -> String {
    try String(contentsOfFile: "\(root)/\(page)", encoding: .utf8)
  }

  /// The README and the pages it leads to.
  private static let pages: [String] = {
    let paths = (FileManager.default.enumerator(atPath: root)?.allObjects as? [String]) ?? []
    return paths.filter { path in
      path.hasSuffix(".md") && !path.hasPrefix(".") && !path.hasPrefix("data/") && !path.contains("/.")
    }.sorted()
  }()

  /// The lines of the fenced blocks of a language, without their fences.
  private static func blocks(_ language: String, of text: String) -> [[String]] {
    var blocks: [[String]] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```\(language)" {
        blocks.append([])
        isInside = true
      } else if line.hasPrefix("```") {
        isInside = false
      } else if isInside {
        blocks[blocks.count - 1].append(String(line))
      }
    }
    return blocks
  }

  /// Lines of shell without their comments.
  private static func commands() throws -> [String] {
    let text = try text("README.md")
    let inText = text.matches(of: /`(ganomaly parity [^`]+)`/).map { String($0.1) }
    let inBlocks = blocks("sh", of: text).joined().compactMap { line in
      line.split(separator: "#").first.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    return inBlocks.filter { !$0.isEmpty } + inText
  }

  @Test("has at most 120 lines, none longer than 110 characters")
  func size() throws {
    let lines = try Self.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 121)
    for line in lines { #expect(line.count <= 110, "\(line)") }
  }

  @Test("and every other page link to what exists")
  func links() throws {
    for page in Self.pages {
      let folder = URL(fileURLWithPath: "\(Self.root)/\(page)").deletingLastPathComponent()
      let text = try Self.text(page)
      let links =
        text.matches(of: /\]\(([^)\s]+)\)/).map(\.1) + text.matches(of: /(?:src|srcset)="([^"]+)"/).map(\.1)
      for link in links where !link.contains("://") && !link.hasPrefix("#") {
        let parts = link.split(separator: "#", maxSplits: 1)
        let target = folder.appending(path: String(parts[0])).path
        #expect(FileManager.default.fileExists(atPath: target), "\(page): \(link)")
        guard parts.count == 2 else { continue }
        let headings = try String(contentsOfFile: target, encoding: .utf8).split(separator: "\n")
          .filter { $0.hasPrefix("#") }.map(Self.anchor)
        #expect(headings.contains(String(parts[1])), "\(page): \(link)")
      }
    }
  }

  /// A heading's anchor, as it is made of its text.
  private static func anchor(_ heading: Substring) -> String {
    heading.drop { $0 == "#" || $0 == " " }.lowercased().replacing(" ", with: "-")
      .filter { $0.isLetter || $0.isNumber || $0 == "-" }
  }

  @Test("names targets that make has")
  func makeTargets() throws {
    let targets = try Self.commands().filter { $0.hasPrefix("make ") }
    #expect(!targets.isEmpty)
    for target in targets {
      let outcome = try Program.run(
        shell: "make --dry-run --directory='\(Self.root)' \(target.dropFirst("make ".count))", in: Self.root)
      #expect(outcome.status == 0, "\(target): \(outcome.error)")
    }
  }

  @Test("shows a valid spec")
  func spec() throws {
    let specs = try Self.blocks("yaml", of: Self.text("README.md"))
    #expect(!specs.isEmpty)
    for spec in specs {
      try withWorkplace { workplace in
        try workplace.write(spec.joined(separator: "\n"), to: "shown.yaml")
        let outcome = try workplace.run("validate", "shown.yaml")
        #expect(outcome.status == 0, "\(outcome.error)")
      }
    }
  }

  /// A folder that looks like a clone with the large data, and with images of the reader's own.
  private static func withClone(data: String, _ body: (Workplace) throws -> Void) throws {
    try withWorkplace { workplace in
      for name in ["experiments", "results"] {
        try FileManager.default.copyItem(atPath: "\(root)/\(name)", toPath: workplace.path(name))
      }
      for (name, target) in [
        ("Tests", "\(root)/Tests"), ("data", data), ("bin/ganomaly", try Program.path()),
      ] {
        if name.contains("/") { try workplace.createFolder("bin") }
        try FileManager.default.createSymbolicLink(
          atPath: workplace.path(name), withDestinationPath: target)
      }
      try workplace.layOutImages(in: "photos/parts")
      try workplace.write(DataFiles.png(77), to: "photos/new/a.png")
      try body(workplace)
    }
  }

  @Test(
    "has commands that work, in the order in which they are shown",
    .enabled(if: LargeData.folder != nil, "SKIPPED: MNIST and CIFAR-10 are not at hand"))
  func commands() throws {
    let commands = try Self.commands().filter { !$0.hasPrefix("make ") }
    #expect(commands.count >= 20)
    try Self.withClone(data: try #require(LargeData.folder)) { workplace in
      for command in commands {
        #expect(command.hasPrefix("ganomaly "), "\(command)")
        let line = try Self.affordable(command, in: workplace)
        let outcome = try Program.run(shell: "PATH=\"$PWD/bin:$PATH\"; \(line)", in: workplace.folder)
        #expect(outcome.status == 0, "\(line): \(outcome.error)")
        #expect(!outcome.output.isEmpty || !outcome.error.isEmpty, "\(line)")
      }
    }
  }

  /// The command itself, or where it would train for minutes or reach for a cluster, its dry run.
  private static func affordable(_ command: String, in workplace: Workplace) throws -> String {
    if command.hasPrefix("ganomaly submit ") { return command + " --dry-run" }
    guard command.hasPrefix("ganomaly run "), !command.contains("parts") else { return command }
    let plan = try Program.run(
      shell:
        "bin/ganomaly plan \(command.dropFirst("ganomaly run ".count).replacing(/--jobs \d+/, with: ""))",
      in: workplace.folder)
    return plan.output.contains(" 0 missing") ? command : command + " --dry-run"
  }

  /// A Python that can run what the README shows: the user's, or Debian's.
  private static let python = ["python3", "/usr/bin/python3"].first { python in
    let outcome = try? Program.run(shell: "\(python) -c 'import h5py, xarray, h5netcdf'", in: root)
    return outcome?.status == 0
  }

  @Test(
    "shows Python that runs on the committed results",
    .enabled(if: python != nil, "SKIPPED: Python has no h5py, xarray and h5netcdf"))
  func shownPython() throws {
    let python = try #require(Self.python)
    let blocks = try Self.blocks("python", of: Self.text("README.md"))
    #expect(!blocks.isEmpty)
    for block in blocks {
      try withWorkplace { workplace in
        let check =
          ["assert 0 < auc.auroc.sel(detector='ganomaly', held_out='2').mean('seed').item() < 1"]
          + ["assert len(scores) == len(labels) and set(labels) == {0, 1}"]
        try workplace.write((block + check).joined(separator: "\n"), to: "shown.py")
        let outcome = try Program.run(
          shell: "cd '\(Self.root)' && \(python) '\(workplace.path("shown.py"))'", in: workplace.folder)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(Double(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)) != nil)
      }
    }
  }
}

/// MNIST and CIFAR-10, which no clone has of itself.
private enum LargeData {
  /// The folder that holds both: `$GANOMALY_DATA`, or `data` of the package.
  static let folder: String? = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let candidates = [ProcessInfo.processInfo.environment["GANOMALY_DATA"], "\(package)/data"].compactMap {
      $0
    }
    return candidates.first { folder in
      ["mnist", "cifar-10-batches-bin"].allSatisfy {
        FileManager.default.fileExists(atPath: "\(folder)/\($0)")
      }
    }
  }()
}
