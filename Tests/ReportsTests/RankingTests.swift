import Diagnostics
import Foundation
import Results
import Specs
import Testing

@testable import Reports

@Suite("A ranking of evaluations")
struct RankingTests {
  private let fixture: RankingFixture

  init() throws { fixture = try RankingFixture.read() }

  private func key(_ words: [String]) -> String { words.joined(separator: ", ") }

  @Test("every number of every candidate is what scikit-learn, numpy and scipy get from the stored scores")
  func candidates() throws {
    let ranking = try fixture.write { try Ranking(summaries: $0, published: fixture.tables) }
    #expect(ranking.sections.count == fixture.sections.count)
    for (section, expected) in zip(ranking.sections, fixture.sections) {
      #expect(section.classes == expected.classes)
      #expect(section.missing == expected.missing)
      #expect(section.candidates.count == expected.candidates.count)
      let byKey = Dictionary(
        uniqueKeysWithValues: expected.candidates.map {
          (key([$0.experiment, $0.pass, $0.score, $0.epoch]), $0)
        })
      for candidate in section.candidates {
        let name = key([candidate.training.experiment, candidate.pass, candidate.score, candidate.epoch])
        let wanted = try #require(byKey[name], "\(name)")
        for (mean, other) in zip(candidate.means, wanted.means) { #expect(abs(mean - other) < 1e-12) }
        #expect(abs(candidate.distance.meanAbsolute - wanted.difference) < 1e-12, "\(name)")
        #expect(abs(candidate.distance.bias - wanted.bias) < 1e-12, "\(name)")
        #expect(candidate.distance.countWithin == wanted.within, "\(name)")
        #expect(abs(candidate.largest.difference - wanted.largest) < 1e-12, "\(name)")
        #expect(candidate.largest.heldOut == wanted.largestClass, "\(name)")
        #expect(candidate.isOwn == wanted.own, "\(name)")
        #expect((candidate.interval == nil) == (wanted.interval == nil), "\(name)")
        if let interval = candidate.interval, let bounds = wanted.interval {
          #expect(abs(interval.lower - bounds[0]) < 1e-9 && abs(interval.upper - bounds[1]) < 1e-9, "\(name)")
        }
        #expect((candidate.rankCorrelation == nil) == (wanted.rankCorrelation == nil), "\(name)")
        if let found = candidate.rankCorrelation, let correlation = wanted.rankCorrelation {
          #expect(abs(found - correlation) < 1e-12, "\(name): \(found), not \(correlation)")
        }
      }
    }
  }

  @Test("candidates stand in the order of their difference, and of equal ones the first stays first")
  func order() throws {
    let ranking = try fixture.write { try Ranking(summaries: $0, published: fixture.tables) }
    for (section, expected) in zip(ranking.sections, fixture.sections) {
      let found = section.candidates.map(\.distance.meanAbsolute)
      #expect(found == found.sorted())
      for (difference, wanted) in zip(found, expected.candidates.map(\.difference)) {
        #expect(abs(difference - wanted) < 1e-12)
      }
      // Epochs are evaluated on the whole test set here: the last one does not count twice.
      #expect(
        Set(section.candidates.map(\.epoch)) == ["last", "best-on-test", "mean-of-last-3", "1", "2", "3"])
    }
  }

  @Test("the nearest by chance is distributed as over all orders of the published values")
  func chance() throws {
    let ranking = try fixture.write { try Ranking(summaries: $0, published: fixture.tables) }
    for (section, expected) in zip(ranking.sections, fixture.sections) {
      let chance = section.chance
      #expect(abs(chance.nearest - expected.nearest) < 1e-12)
      #expect(chance.distances.count == Ranking.permutations)
      let share = expected.share
      let deviation = (share * (1 - share) / Double(Ranking.permutations)).squareRoot()
      #expect(abs(chance.shareAtLeastAsNear - share) <= 4 * deviation + 1e-12, "\(section.classes)")
      #expect(
        chance.distances.allSatisfy { distance in
          expected.nearestByOrder.contains { abs($0 - distance) < 1e-12 }
        })
      // The middle of all orders, within what so many draws leave open.
      let sorted = expected.nearestByOrder
      let (low, high) = (sorted[sorted.count * 2 / 5], sorted[(sorted.count * 3 - 1) / 5])
      #expect(chance.median >= low - 1e-12 && chance.median <= high + 1e-12)
    }
  }

  @Test(
    "the text says first what the experiments themselves have, then counts candidates and names missing classes"
  )
  func text() throws {
    var ranking = try fixture.write { try Ranking(summaries: $0, published: fixture.tables) }
    ranking.shown = 3
    let text = ranking.text(width: 160)
    var lines = text.split(separator: "\n").map(String.init)
    #expect(
      lines[0].hasPrefix("In short: mean AUROC over the finished classes, ours and as published (theirs)"))
    #expect(lines[3].hasPrefix("digits  gaps (batch-shuffled, squared-l2, best-on-test)"), "\(lines[3])")
    lines = Array(lines.drop { !$0.contains("beside Others") })
    #expect(
      lines[0]
        == "digits, 4 of 5 classes, beside Others as published (a made-up table): the experiments' own evaluations"
    )
    #expect(lines[3].contains("own") && lines[3].contains("all  ") && lines[3].contains("running"))
    #expect(lines[4].contains("own") && lines[4].contains("gaps") && lines[4].contains("best-on-test"))
    #expect(text.contains("the nearest 3 of 48 candidates"))
    #expect(text.contains("Classes: 1, 2, 4, 7; missing: 9."))
    #expect(text.contains("Classes: 1, 2, 4; missing: 7, 9."))
    #expect(text.contains("10000 random permutations"))
    #expect(text.contains("* a class has fewer seeds than the experiment."))
    let narrow = ranking.text(width: 80).split(separator: "\n")
    #expect(narrow.allSatisfy { displayWidth(String($0)) <= 80 })
    #expect(ranking.markdown.contains("| rank "))
  }

  @Test("CSV and JSON hold every candidate with all digits")
  func data() throws {
    var ranking = try fixture.write { try Ranking(summaries: $0, published: fixture.tables) }
    ranking.shown = nil
    let rows = ranking.csv.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows.count == 1 + 48 + 24 && rows.allSatisfy { $0.count == rows[0].count })
    let column = try #require(rows[0].firstIndex(of: "difference"))
    #expect(Double(rows[1][column]) == ranking.sections[0].candidates[0].distance.meanAbsolute)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(ranking.json.utf8)) as? [String: Any])
    let sections = try #require(json["rankings"] as? [[String: Any]])
    #expect(sections.map { ($0["candidates"] as? [Any])?.count } == [48, 24])
    #expect(sections.map { $0["candidate_count"] as? Int } == [48, 24])
    #expect(sections.map { ($0["own"] as? [Any])?.count } == [2, 1])
    ranking.shown = 2
    #expect(ranking.csv.split(separator: "\r\n").count == 5)
  }

  @Test(
    "the figure has a bar for each published value, for the own evaluation, the nearest and the clean one")
  func figure() throws {
    let ranking = try fixture.write(["all", "gaps"]) { try Ranking(summaries: $0, published: fixture.tables) }
    let drawing = try SVGReading(ranking.figure.svg)
    let bars = drawing.marks("bar")
    func values(_ name: String) throws -> [String: Double] {
      try Dictionary(
        uniqueKeysWithValues: bars.filter { $0["data-series"] == name }.map {
          (try #require($0["data-group"]), try $0.number("data-value"))
        })
    }
    #expect(
      try values("Others as published")
        == Dictionary(uniqueKeysWithValues: fixture.published.map { ($0.heldOut, $0.area) }))
    let section = ranking.sections[0]
    func wanted(_ candidate: RankedEvaluation) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: zip(candidate.classes, candidate.means))
    }
    #expect(try values("nearest of 48") == wanted(section.candidates[0]))
    // The code of 2018 is the own one, although the clean experiment came first.
    #expect(try values("gaps") == wanted(section.own[1].candidate))
    #expect(try values("all") == wanted(section.own[0].candidate))
    #expect(ranking.figure.title.contains("without 9"))
  }

  @Test("each configuration of a sweep has candidates and an own evaluation, named by what it changes")
  func sweep() throws {
    let sweep = "sweep: {one_by_one: {detector.learning_rate: [1e-3]}}\n"
    let ranking = try fixture.write(["all"], changing: { $0 + sweep }) {
      try Ranking(summaries: $0, published: fixture.tables)
    }
    let section = ranking.sections[0]
    #expect(section.candidates.count == 48)
    #expect(
      section.own.map(\.candidate.training.name) == ["all, unchanged", "all, learning_rate=0.001"])
    // The made-up scores are the same, so each candidate ties with that of the other configuration.
    #expect(section.candidates[0].means == section.candidates[1].means)
    #expect(section.candidates[0].training.configuration == "unchanged")
  }

  @Test("protocols that two data sets share are ranked by the mean over both, and others are left out")
  func protocols() throws {
    let tables = [fixture.table(dataset: "digits"), fixture.table(dataset: "mnist")]
    let changing = { (text: String) in
      text.hasPrefix("name: few") ? text.replacing("name: digits", with: "name: mnist") : text
    }
    let ranking = try fixture.write(changing: changing) { try Ranking(summaries: $0, published: tables) }
    #expect(ranking.sections.map(\.published.dataset) == ["digits", "mnist"])
    let shared = try #require(ranking.protocols.first)
    #expect(ranking.protocols.count == 1 && shared.datasets == ["digits", "mnist"])
    #expect(shared.classes == [["1", "2", "4", "7"], ["1", "2", "4"]])
    // Two passes, two scores, three choices of the epoch and four epochs; nothing of the code of 2018.
    #expect(shared.rows.count == 24 && shared.rows.allSatisfy { $0.name == "clean" })
    let differences = shared.rows.map(\.meanAbsoluteDifference)
    #expect(differences == differences.sorted())
    for row in shared.rows {
      #expect(row.parts.map(\.training.experiment) == ["all", "few"])
      #expect(row.parts[0].epoch == row.parts[1].epoch && row.parts[0].pass == row.parts[1].pass)
      let sum = row.parts[0].distance.meanAbsolute + row.parts[1].distance.meanAbsolute
      #expect(abs(row.meanAbsoluteDifference - sum / 2) < 1e-15)
    }
    let own = shared.rows.filter(\.isOwn)
    #expect(own.map { $0.words(\.epoch) } == ["last"] && own.map { $0.words(\.pass) } == ["running"])
    #expect(
      ranking.text(width: 120).contains("the nearest 15 of 24 protocols, by the mean over the data sets"))
  }

  @Test("own evaluations that differ in the pass are one protocol, which says both")
  func ownProtocol() throws {
    let tables = [fixture.table(dataset: "digits"), fixture.table(dataset: "mnist")]
    // The pass that the experiment is evaluated in is another on the second data set.
    let changing = { (text: String) in
      text.hasPrefix("name: few")
        ? text.replacing("name: digits", with: "name: mnist") + "protocol: {batch_norm: batch}\n" : text
    }
    let ranking = try fixture.write(["all", "few"], changing: changing) {
      try Ranking(summaries: $0, published: tables)
    }
    let shared = try #require(ranking.protocols.first)
    #expect(shared.rows.count == 25)
    let own = shared.rows.filter(\.isOwn)
    #expect(own.map { $0.words(\.pass) } == ["running / batch-shuffled"])
  }

  @Test("a report of an experiment with published values has the ranking and its figure, another has none")
  func report() throws {
    try fixture.write(["all"]) { paths in
      let contents = try SummaryContents(path: paths[0])
      let ranking = try #require(try Ranking.ifPublished(paths[0], published: fixture.tables))
      let report = try Report(contents, ranking: ranking)
      #expect(report.html.contains("Beside the published values"))
      #expect(report.html.contains("the nearest 10 of 24 candidates"))
      #expect(try report.drawings("published").count == 1)
      #expect(try Report(contents).drawings("published").isEmpty)
      #expect(try Ranking.ifPublished(paths[0], published: [fixture.table(dataset: "mnist")]) == nil)
    }
  }

  @Test(
    "refuses an experiment given twice, one of which nothing is published, and one without a finished run")
  func refusals() throws {
    func problem(_ body: () throws -> Ranking) -> Problem? {
      do {
        _ = try body()
        return nil
      } catch { return error as? Problem }
    }
    try fixture.write(["all"]) { paths in
      let folder = URL(fileURLWithPath: paths[0]).deletingLastPathComponent().path
      let detour = "\(folder)/../\(URL(fileURLWithPath: folder).lastPathComponent)/all.h5"
      for other in [paths[0], detour] {
        let twice = problem { try Ranking(summaries: [paths[0], other], published: fixture.tables) }
        #expect(twice?.kind == .usage && twice?.description.contains("twice") == true)
      }
      let others = problem {
        try Ranking(summaries: paths, published: fixture.tables, method: "EGBAD")
      }
      #expect(others?.kind == .usage && others?.description.contains("of 'EGBAD'") == true)
      let vae = [fixture.table(dataset: "digits", method: "VAE", detector: "vae")]
      #expect(problem { try Ranking(summaries: paths, published: vae) }?.kind == .usage)
    }
    // Classes that nothing is published of.
    try fixture.write(
      ["few"], changing: { $0.replacing("held_out: [1, 2, 4]", with: "held_out: [0, 3]") }
    ) { paths in
      let none = problem { try Ranking(summaries: paths, published: fixture.tables) }
      #expect(none?.kind == .missingInput, "\(String(describing: none))")
    }
  }
}
