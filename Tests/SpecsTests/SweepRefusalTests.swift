import Diagnostics
import Specs
import TestSupport
import Testing

/// The beginning of specs whose trouble is in the sweep, on line 3.
private let digits = "dataset: {name: digits}\ndetector: {epochs: 9}\n"

private func bad(_ title: String, _ sweep: String, at column: Int, _ words: String...) -> BadSpec {
  var spec = BadSpec(title, digits + "sweep: {\(sweep)}\n", at: "3:\(column)")
  spec.words = words
  return spec
}

private let fields = [
  bad("nothing varied", "choose_by: test-auroc", at: 8, "varies nothing"),
  bad(
    "an unknown key", "grd: {detector.width: [2]}, grid: {detector.width: [2]}", at: 9, "'grd' in sweep",
    "'grid'"),
  bad(
    "an unknown path", "grid: {detector.latentsize: [2]}", at: 16, "not a field that can be varied",
    "'detector.latent_size'"),
  bad(
    "a path without its section", "grid: {latent_size: [2]}", at: 16, "did you mean 'detector.latent_size'?"),
  bad("a field of the data set", "grid: {dataset.side: [32]}", at: 16, "a sweep has one data set", "extends"),
  bad("the seeds", "grid: {seeds: [[0]]}", at: 16, "every configuration is run with all of them"),
  bad("an empty grid", "grid: {}", at: 15, "names no field"),
  bad("a grid that is a list", "grid: [4]", at: 15, "'sweep.grid' must be a mapping"),
]

private let values = [
  bad("a value, no list", "grid: {detector.width: 2}", at: 32, "write [2]"),
  bad("a value out of range", "grid: {detector.width: [2, 0]}", at: 36, "from 1 to 1024, not the integer 0"),
  bad("a value twice", "grid: {detector.width: [2, 2]}", at: 36, "more than once"),
  bad("no value", "grid: {detector.width: []}", at: 32, "at least 1"),
  bad(
    "an idle field", "grid: {protocol.batch_norm: [running, batch], protocol.test_order: [shuffled]}", at: 55,
    "'protocol.test_order' has no effect here"),
  bad(
    "an impossible split", "grid: {protocol.split: [pooled-80-20, official]}", at: 47,
    "no official train and test part"),
  bad(
    "a field in grid and random",
    "grid: {detector.width: [2]}, random: {detector.width: {choice: [3]}}, draws: 1", at: 47,
    "in the grid already"),
  bad(
    "one by one beside a grid", "one_by_one: {detector.width: [2]}, grid: {detector.latent_size: [2]}", at: 9,
    "'sweep.one_by_one' excludes other sweeps: with 'grid'"),
  bad(
    "one by one with an idle field", "one_by_one: {protocol.test_order: [normals-first]}", at: 22,
    "'protocol.test_order' has no effect here"),
  bad("one by one of a value", "one_by_one: {detector.width: 2}", at: 38, "write [2]"),
]

private let draws = [
  bad("no draws", "random: {detector.width: {choice: [3]}}", at: 9, "'sweep.draws' is missing"),
  bad("draws of nothing", "grid: {detector.width: [2]}, draws: 3", at: 38, "nothing is drawn"),
  bad(
    "an unknown distribution", "random: {detector.width: {unifrm: [3, 4]}}, draws: 1", at: 35,
    "did you mean 'uniform'?"),
  bad(
    "a range upside down", "random: {detector.width: {uniform: [4, 3]}}, draws: 1", at: 44, "from 4 down to 3"
  ),
  bad(
    "a range of three", "random: {detector.width: {uniform: [1, 2, 3]}}, draws: 1", at: 44,
    "two numbers, [from, to]"),
  bad(
    "a logarithm of nothing", "random: {detector.adversarial_weight: {log_uniform: [0, 1]}}, draws: 1",
    at: 61, "begins at 0, which has no logarithm"),
  bad(
    "a range of words", "random: {protocol.score: {uniform: [l1, squared-l2]}}, draws: 1", at: 44,
    "write {choice: […]}"),
  bad(
    "a bound out of range", "random: {detector.width: {uniform: [0, 3]}}, draws: 1", at: 45, "from 1 to 1024"),
]

private let choices = [
  bad(
    "halving without a choice", "grid: {detector.width: [2]}, halving: {first: 1, factor: 2}", at: 38,
    "'sweep.choose_by' is missing"),
  bad(
    "halving of nothing",
    "grid: {detector.width: [2]}, choose_by: test-auroc, halving: {first: 9, factor: 2}", at: 70,
    "the whole training has 9 epochs"),
  bad(
    "halving without a factor", "grid: {detector.width: [2]}, choose_by: test-auroc, halving: {first: 1}",
    at: 70, "'sweep.halving.factor' is missing"),
  bad(
    "halving of varied epochs",
    "grid: {detector.epochs: [2, 3]}, choose_by: test-auroc, halving: {first: 1, factor: 2}", at: 16,
    "cannot be varied beside `halving`"),
  bad(
    "a choice without labels or normals", "grid: {detector.width: [2]}, choose_by: validation-loss", at: 49,
    "no normals are held out", "validation_fraction: 0.1"),
  bad(
    "an unknown choice", "grid: {detector.width: [2]}, choose_by: test-auc", at: 49,
    "did you mean 'test-auroc'?"),
]

@Suite("Bad sweeps")
struct SweepRefusalTests {
  @Test("are refused at their place, with cause and hint", arguments: fields + values + draws + choices)
  func refusal(_ bad: BadSpec) throws {
    let error = try #require(throws: SpecProblems.self) {
      try Experiment.parse(text: bad.text, path: "e.yaml")
    }
    #expect(error.problems.count == 1, "\(error)")
    #expect(error.problems[0].place == "e.yaml:\(bad.at)", "\(error)")
    #expect(error.exitStatus == 64)
    for word in bad.words { #expect(error.description.contains(word), "\(error)") }
  }

  @Test("are refused when an option sets what is varied, or when there are too many configurations or runs")
  func large() {
    let grid = "sweep: {grid: {detector.width: [2, 4]}}\n"
    func problem(_ text: String, _ overrides: String...) -> String? {
      do {
        _ = try Experiment.parse(text: digits + text, path: "e.yaml", overrides: overrides)
        return nil
      } catch { return error.description }
    }
    #expect(problem(grid, "detector.width=3")?.contains("'detector.width' is varied by the sweep") == true)
    let values = (1...400).map(String.init).joined(separator: ", ")
    let paths = ["latent_size", "width", "batch_size"].map { "detector.\($0): [\(values)]" }
    let cube = "sweep: {grid: {\(paths.joined(separator: ", "))}}\n"
    #expect(problem(cube)?.contains("more than 100000 configurations") == true)
    #expect(problem(grid, "seeds=0..99999")?.contains("2000000 runs, more than 1000000") == true)
  }

  @Test(
    "of seeds are refused", arguments: ["0..", "..3", "5..2", "0..4294967296", "a..b", "[0, 0..3]", "1...3"])
  func seeds(_ text: String) throws {
    let error = try #require(throws: SpecProblems.self) {
      try Experiment.parse(text: digits + "seeds: \(text)\n", path: "e.yaml")
    }
    #expect(error.problems.count == 1)
    #expect(error.problems[0].place.hasPrefix("e.yaml:3:"))
  }
}
