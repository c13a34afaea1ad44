import Datasets
import Diagnostics
import Foundation
import Runner
import Settings
import Specs
import TestSupport
import Testing

/// A value of a spec's field at or near the end of what the field takes.
private struct ExtremeValue {
  /// The field's path, as in `detector.width`.
  var path: String
  var spelling: String
  /// The detector whose field it is; nil for any.
  var detector: String?
}

@Suite("Numbers at the ends of what a spec takes")
struct ExtremeSettingsTests {
  @Test("are planned or refused, field by field and detector by detector")
  func fields() throws {
    var values = extremes(of: DatasetSettings(), "dataset") + extremes(of: ProtocolSettings(), "protocol")
    for kind in DetectorSettings.kinds { values += extremes(of: kind.init(), "detector", kind.detectorName) }
    let counts = try tried(values)
    // Every field has values of either sort.
    #expect(counts.planned > 100, "\(counts)")
    #expect(counts.refused > 300, "\(counts)")
  }

  @Test(
    "are planned or refused among seeds and in a sweep",
    arguments: [
      "seeds=[0]", "seeds=[-1]", "seeds=[4294967295]", "seeds=[4294967296]", "seeds=[\(Int.max)]",
      "seeds=0..0", "seeds=1..0", "seeds=4294967295..4294967295", "seeds=0..\(Int.max)",
      "seeds=0..9223372036854775808", "seeds=0..4294967295", "seeds=[0..999999, 1000000]",
      "sweep={random: {detector.width: {uniform: [1, 1024]}}, draws: 0}",
      "sweep={random: {detector.width: {uniform: [1, 1024]}}, draws: \(Int.max)}",
      "sweep={random: {detector.width: {uniform: [0, \(Int.max)]}}, draws: 1}",
      "sweep={random: {detector.learning_rate: {log_uniform: [5e-324, 1.7e308]}}, draws: 3}",
      "sweep={random: {detector.width: {uniform: [1, 1024]}}, draws: 2, seed: \(Int.max)}",
      "sweep={grid: {detector.width: [1, 2]}, halving: {first: 1, factor: \(Int.max)}, choose_by: test-auroc}",
      "sweep={grid: {detector.width: [1, 2]}, halving: {first: 0, factor: 0}, choose_by: test-auroc}",
      "sweep={grid: {detector.width: [1, 2]}, halving: {first: \(Int.max), factor: 2}, choose_by: test-auroc}",
    ])
  func lists(override: String) throws {
    try withTemporaryFolder { folder in _ = try isPlanned([override], in: folder) }
  }

  /// The ends of a field's range and what lies around them, zero, one below and the ends of the integers.
  private func extremes<Record: SettingsRecord>(
    of record: Record, _ section: String, _ detector: String? = nil
  ) -> [ExtremeValue] {
    Record.fields.flatMap { field -> [ExtremeValue] in
      let spellings: [String]
      switch field.form {
      case .integer(let range):
        let ends = [range.lowerBound - 1, range.lowerBound, range.upperBound, range.upperBound + 1]
        spellings = (ends + [0, -1, .max, .min]).map(String.init) + ["9223372036854775808", "1e19"]
      case .integerAmong(let values, _): spellings = (values + [0, -1, .max, .min]).map(String.init)
      case .number(let range):
        let ends = [range.lower, range.lower.nextUp, range.upper, range.upper.nextDown]
        spellings =
          ends.filter(\.isFinite).map { "\($0)" }
          + ["0", "-1", "5e-324", "1.7976931348623157e308", "1e309", ".inf", ".nan"]
      case .flag, .text, .choice, .list: spellings = []
      }
      return spellings.map { ExtremeValue(path: "\(section).\(field.key)", spelling: $0, detector: detector) }
    }
  }

  private func tried(_ values: [ExtremeValue]) throws -> (planned: Int, refused: Int) {
    try withTemporaryFolder { folder in
      var counts = (planned: 0, refused: 0)
      for value in values {
        let detector = value.detector.map { ["detector={name: \($0)}"] } ?? []
        if try isPlanned(detector + ["\(value.path)=\(value.spelling)"], in: folder) {
          counts.planned += 1
        } else {
          counts.refused += 1
        }
      }
      return counts
    }
  }

  /// - Throws: whatever is no message for a user.
  private func isPlanned(_ overrides: [String], in folder: String) throws -> Bool {
    do {
      let experiment = try Experiment.parse(
        text: "dataset: {name: digits, side: 32}\nheld_out: [0]\nseeds: [0]\n", path: "tiny.yaml",
        overrides: overrides)
      // Larger images only take longer to make.
      guard experiment.dataset.side == 32, experiment.runCount < 1000 else { return true }
      _ = try plan(experiment, in: folder)
      return true
    } catch is SpecProblems {
      return false
    } catch is Problem {
      return false
    }
  }
}
