import Foundation
import Results
import Specs
import Testing

@testable import Reports

/// The results in the repository: summaries of runs that were really made, and the pages that show them.
@Suite("The committed results")
struct CommittedResultsTests {
  /// The repository's folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  private static func names(in folder: String, ending: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    return names.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
  }

  /// A working tree may hold others' summaries too: those with a page are committed.
  static let pages = names(in: "results", ending: ".md")
    .filter { !(audits + [ranking, discussion]).contains($0) }
  /// Pages of two summaries each: of MNIST and CIFAR-10, from one preset.
  static let audits = ["audit", "audit-2018"]
  private static let ranking = "ranking"
  /// The discussion of them all.
  private static let discussion = "README"

  private func page(_ name: String) throws -> String {
    try String(contentsOfFile: "\(Self.root)/results/\(name).md", encoding: .utf8)
  }

  @Test("there are some")
  func existence() { #expect(!Self.pages.isEmpty) }

  @Test("a page is exactly what its summary gives", arguments: pages)
  func pageOfSummary(name: String) throws {
    let contents = try SummaryContents(path: "\(Self.root)/results/\(name).h5")
    let published = try PublishedTable.find(
      options: ["\(Self.root)/experiments/published"], besideSpec: "")
    let written = try ResultsPage(contents, published: published).markdown()
    #expect(try page(name) == written, "make reproduce writes results/\(name).md anew")
  }

  @Test("an audit is exactly what its summaries give", arguments: audits)
  func auditOfSummaries(name: String) throws {
    let audited = ["mnist", "cifar10"].map { "\(name)-\($0)" }.filter(Self.pages.contains)
    guard !audited.isEmpty else { return }
    let table = try AuditTable(summaries: audited.map { "\(Self.root)/results/\($0).h5" })
    #expect(try page(name) == table.markdown)
  }

  @Test("the ranking is exactly what the summaries give that the Makefile ranks")
  func rankingOfSummaries() throws {
    let makefile = try String(contentsOfFile: "\(Self.root)/Makefile", encoding: .utf8)
    let line = try #require(makefile.split(separator: "\n").first { $0.hasPrefix("RANKED := ") })
    let specs = line.dropFirst("RANKED := ".count).split(separator: " ")
    #expect(!specs.isEmpty)
    let summaries = try specs.map {
      let name = try Experiment.load(path: "\(Self.root)/experiments/\($0).yaml").name
      return "\(Self.root)/results/\(name).h5"
    }
    let published = try PublishedTable.find(
      options: ["\(Self.root)/experiments/published"], besideSpec: "")
    var ranking = try Ranking(summaries: summaries, published: published)
    ranking.shown = 20
    #expect(try page(Self.ranking) == ranking.markdown, "make reproduce writes results/ranking.md anew")
  }

  @Test("were computed by a commit, and say at what cost", arguments: pages)
  func origin(name: String) throws {
    let contents = try SummaryContents(path: "\(Self.root)/results/\(name).h5")
    #expect(!contents.summary.commits.isEmpty && !contents.summary.commits.contains("changes"))
    #expect(!contents.runs.isEmpty)
    for run in contents.runs {
      let course = try contents.course(of: run)
      #expect(course.trainingSeconds.reduce(0, +) > 0, "\(run.identifier)")
    }
  }

  @Test("have the ids that the committed specs give their runs", arguments: pages)
  func identifiers(name: String) throws {
    let contents = try SummaryContents(path: "\(Self.root)/results/\(name).h5")
    let experiment = try Experiment.load(path: "\(Self.root)/\(contents.summary.specPath)")
    #expect(experiment.name == name)
    let stored = contents.runs.map(\.identifier)
    let origins = RunOrigin.read(stored, results: "\(Self.root)/results", experiment: name)
    let fingerprint = try #require(origins.first).get().dataFingerprint
    let promised = Set(
      experiment.configurations.flatMap { experiment.identifiers(of: $0, dataFingerprint: fingerprint) })
    #expect(promised.isSuperset(of: stored))
  }

  @Test("a table that a README shows stands so in a page", arguments: ["README.md", "results/README.md"])
  func readme(path: String) throws {
    let whole = try String(contentsOfFile: "\(Self.root)/\(path)", encoding: .utf8)
    let rows = whole.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(!rows.isEmpty)
    let pages = Self.names(in: "results", ending: ".md").filter { $0 != Self.discussion }
    let shown = try Set(pages.flatMap { try page($0).split(separator: "\n").map(String.init) })
    for row in rows { #expect(shown.contains(String(row)), "\(row)") }
  }

  @Test("a number that the discussion names stands in a page")
  func numbers() throws {
    let areas = /\B\.[0-9]{3}\b/.wordBoundaryKind(.simple)
    let whole = try String(contentsOfFile: "\(Self.root)/results/README.md", encoding: .utf8)
    // The numbers of PyTorch's trainings are not ours.
    let end = whole.range(of: "\n## Trainings in PyTorch\n")?.lowerBound
    let numbers = whole[..<(try #require(end))].matches(of: areas).map { String($0.0) }
    #expect(numbers.count > 50)
    let pages = Self.names(in: "results", ending: ".md").filter { $0 != Self.discussion }
    let shown = try Set(pages.flatMap { try page($0).matches(of: areas).map { String($0.0) } })
    for number in numbers { #expect(shown.contains(number), "\(number)") }
  }
}
