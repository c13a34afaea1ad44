import Diagnostics
import Settings
import Testing

@testable import Specs

private let base = "dataset: {name: digits}\nheld_out: [0]\nseeds: [0]\n"

private func experiment(_ sweep: String, _ overrides: String...) throws -> Experiment {
  try Experiment.parse(text: base + "sweep: {\(sweep)}\n", path: "e.yaml", overrides: overrides)
}

private func labels(_ experiment: Experiment) -> [String] { experiment.configurations.map(\.label) }

@Suite("A sweep")
struct SweepTests {
  @Test("over a grid is every combination, the last field varying fastest")
  func grid() throws {
    let experiment = try experiment(
      "grid: {detector.latent_size: [4, 8], protocol.score: [l1, squared-l2]}", "seeds=[0, 1]")
    #expect(
      labels(experiment) == [
        "latent_size=4, score=l1", "latent_size=4, score=squared-l2", "latent_size=8, score=l1",
        "latent_size=8, score=squared-l2",
      ])
    #expect(experiment.runs.count == 8)
    #expect(experiment.runCount == 8)
    #expect(experiment.runs[2].detector.epochs == 15)
    #expect(experiment.configurations.map(\.evaluation.score) == [.l1, .squaredL2, .l1, .squaredL2])
  }

  @Test("one by one has the spec's own values first, then changes a single one of them at a time")
  func oneByOne() throws {
    let experiment = try experiment(
      "one_by_one: {detector.objective: [v0, v3], detector.latent_size: [8, 16], protocol.score: [l1]}")
    #expect(
      labels(experiment) == ["unchanged", "objective=v0", "latent_size=8", "latent_size=16", "score=l1"])
    let first = experiment.configurations[0]
    #expect(first.evaluation == experiment.evaluation && first.detector == experiment.detector)
    for (index, configuration) in experiment.configurations.enumerated().dropFirst() {
      #expect(zip(configuration.values, first.values).count { $0 != $1 } == 1, "\(index)")
      let difference = experiment.runs[index].differences(from: experiment.runs[0])
      #expect(difference.count == 1, "\(difference)")
    }
    #expect(first.values == [.text("v3"), .integer(100), .text("squared-l2")])
    let again = try Experiment.parse(text: experiment.resolvedYAML, path: "e.yaml")
    #expect(again.sweep == experiment.sweep)
  }

  @Test("gives a run the id that it has without the sweep")
  func identity() throws {
    let swept = try experiment("grid: {detector.latent_size: [4, 8], detector.beta1: [0.1, 0.5]}")
    let alone = try Experiment.parse(
      text: base + "detector: {latent_size: 8, beta1: 0.1}\n", path: "f.yaml")
    #expect(swept.runs[2] == alone.runs[0])
    let identifier = alone.runs[0].identifier(dataFingerprint: "f")
    #expect(swept.runs[2].identifier(dataFingerprint: "f") == identifier)
    let configuration = swept.configurations[2]
    #expect(swept.identifiers(of: configuration, dataFingerprint: "f") == [identifier])
  }

  @Test(
    "with draws gives the same values again, within their ranges, and earlier ones stay when more are drawn")
  func draws() throws {
    let random = "random: {detector.learning_rate: {log_uniform: [1e-5, 1e-2]}}, seed: 3"
    let twenty = try experiment(random + ", draws: 20")
    let rates = try twenty.configurations.map { configuration in
      try #require(configuration.detector.record as? GANomalySettings).learningRate
    }
    #expect(rates.allSatisfy { (1e-5...1e-2).contains($0) })
    #expect(Set(rates).count == 20)
    // Even in the logarithm: about half below the middle of the exponents.
    #expect((5...15).contains(rates.count { $0 < 3.16e-4 }))
    #expect(try experiment(random + ", draws: 20").configurations == twenty.configurations)
    #expect(labels(try experiment(random + ", draws: 5")) == Array(labels(twenty).prefix(5)))
    #expect(labels(try experiment(random + ", draws: 20", "sweep.seed=4")) != labels(twenty))
  }

  @Test("draws a field as it does without the others")
  func independent() throws {
    let one = try experiment("random: {detector.latent_size: {uniform: [2, 400]}}, draws: 6")
    let two = try experiment(
      "random: {detector.width: {choice: [2, 3]}, detector.latent_size: {uniform: [2, 400]}}, draws: 6")
    #expect(one.configurations.map(\.values[0]) == two.configurations.map(\.values[1]))
    #expect(
      one.configurations.allSatisfy { if case .integer(2...400) = $0.values[0] { true } else { false } })
  }

  @Test("draws from every value of a narrow range, both ends included, and counts equal draws once")
  func duplicates() throws {
    let experiment = try experiment("random: {detector.extra_layers: {uniform: [0, 2]}}, draws: 200")
    #expect(Set(labels(experiment)) == ["extra_layers=0", "extra_layers=1", "extra_layers=2"])
    #expect(experiment.configurations.count == 3)
  }

  @Test("draws for each combination of its grid")
  func both() throws {
    let experiment = try experiment(
      "grid: {detector.width: [2, 3]}, random: {detector.latent_size: {uniform: [2, 4000]}}, draws: 3")
    let values = experiment.configurations.map(\.values)
    #expect(values.map { $0[0] } == [2, 2, 2, 3, 3, 3].map(SettingValue.integer))
    #expect(values[0..<3].map { $0[1] } == values[3..<6].map { $0[1] }, "the same draws for each width")
  }

  @Test("drops what a varied value makes idle, as any later layer does")
  func idle() throws {
    let text =
      base + "protocol: {batch_norm: batch, test_order: normals-first}\n"
      + "sweep: {grid: {protocol.batch_norm: [running, batch]}}\n"
    let experiment = try Experiment.parse(text: text, path: "e.yaml")
    #expect(experiment.configurations.map(\.evaluation.headlinePass) == [.running, .batchNormalsFirst])
  }

  @Test(
    "is written out such that it reads back",
    arguments: [
      "grid: {detector.latent_size: [4, 8], protocol.passes: [[running], [batch-shuffled, running]]}",
      "random: {detector.beta1: {uniform: [0, 0.5]}, protocol.score: {choice: [l1]}}, draws: 3, seed: 9",
      "grid: {detector.width: [2, 4]}, halving: {first: 1, factor: 2}, choose_by: test-auroc",
    ])
  func roundTrip(_ sweep: String) throws {
    let experiment = try experiment(sweep)
    for text in [experiment.resolvedYAML, experiment.resolvedJSON] {
      var again = try Experiment.parse(text: text, path: "other.yaml")
      again.source = experiment.source
      #expect(again == experiment)
    }
  }
}

@Suite("Successive halving")
struct HalvingTests {
  @Test("keeps one of `factor` configurations and multiplies the epochs, to the end")
  func rungs() {
    let halving = Halving(first: 2, factor: 3)
    #expect(
      halving.rungs(configurations: 20, epochs: 15) == [
        Halving.Rung(epochs: 2, configurations: 20), Halving.Rung(epochs: 6, configurations: 6),
        Halving.Rung(epochs: 15, configurations: 2),
      ])
    // A last configuration alone has nothing to be compared with.
    #expect(
      halving.rungs(configurations: 4, epochs: 100) == [
        Halving.Rung(epochs: 2, configurations: 4), Halving.Rung(epochs: 100, configurations: 1),
      ])
  }

  @Test("begins with runs of the first rung's epochs, which are runs like any other")
  func first() throws {
    let halved = try experiment(
      "grid: {detector.latent_size: [4, 8]}, halving: {first: 3, factor: 2}, choose_by: test-auroc")
    let short = try experiment("grid: {detector.latent_size: [4, 8]}", "detector.epochs=3")
    #expect(halved.runs == short.runs)
    #expect(halved.runCount == 3)
  }

  @Test("prefers any value to none")
  func order() {
    #expect(SweepCriterion.testAUROC.isBetter(0.9, than: 0.8))
    #expect(SweepCriterion.validationLoss.isBetter(0.8, than: 0.9))
    for criterion in SweepCriterion.allCases {
      #expect(criterion.isBetter(0, than: .nan))
      #expect(!criterion.isBetter(.nan, than: 0))
    }
  }
}

@Suite("Seeds")
struct SeedTests {
  private func seeds(_ text: String) throws -> [Int] {
    try Experiment.parse(text: "dataset: {name: digits}\nseeds: \(text)\n", path: "e.yaml").seeds
  }

  @Test("may be ranges, both ends included, alone or in a list")
  func ranges() throws {
    #expect(try seeds("0..3") == [0, 1, 2, 3])
    #expect(try seeds("[9, 0..2, 5]") == [9, 0, 1, 2, 5])
    #expect(try seeds("0..9999").count == 10_000)
    #expect(try seeds("7..7") == [7])
  }

  @Test(
    "are written as ranges where they are many, and read back",
    arguments: ["0..30", "[1, 5..40, 90]", "[3, 2]"])
  func written(_ text: String) throws {
    let experiment = try Experiment.parse(
      text: "dataset: {name: digits}\nseeds: \(text)\n", path: "e.yaml")
    #expect(try Experiment.parse(text: experiment.resolvedYAML, path: "e.yaml").seeds == experiment.seeds)
    if case .array(let parts) = experiment.writtenSeeds { #expect(parts.count < 4) }
  }
}

@Suite("A field that came later")
struct LaterAdditionTests {
  @Test("is in a run's id only where its value is not the default")
  func identity() throws {
    let run = try Experiment.parse(text: base, path: "e.yaml").runs[0]
    #expect(!run.identityText(dataFingerprint: "f").contains("validation_fraction"))
    var other = run
    other.evaluation.validationFraction = 0.25
    #expect(other.identityText(dataFingerprint: "f").contains(#""validation_fraction":0.25}"#))
    #expect(
      try Experiment.parse(text: base, path: "e.yaml").resolvedYAML.contains("validation_fraction: 0\n"))
  }
}
