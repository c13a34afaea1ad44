import Settings
import Specs
import Testing

/// A column of the published table of protocols.
struct PresetRow: Sendable, CustomTestStringConvertible {
  var preset: String
  var dataset: String
  var channels: Int
  var objective = GANomalyObjective.v3
  var split = SplitKind.pooled
  var learningRate: Double
  var inputRange: InputRange
  var score: LatentScore
  var batchNorm: BatchNormStatistics
  var testOrder: TestOrder
  var epoch: EpochChoice

  var testDescription: String { "\(preset), \(dataset)" }

  static let all = ["mnist", "cifar10"].flatMap { dataset in
    let isMNIST = dataset == "mnist"
    return [
      PresetRow(
        preset: "paper", dataset: dataset, channels: isMNIST ? 1 : 3, learningRate: 2e-3,
        inputRange: .symmetric, score: .l1,
        batchNorm: .running, testOrder: .shuffled, epoch: .last),
      PresetRow(
        preset: "folders-2018", dataset: dataset, channels: 3, objective: .v0, learningRate: 2e-4,
        inputRange: .symmetric, score: .squaredL2, batchNorm: .batch, testOrder: .shuffled, epoch: .bestOnTest
      ),
      PresetRow(
        preset: "code-2018", dataset: dataset, channels: isMNIST ? 1 : 3, objective: .v0, split: .official,
        learningRate: 2e-4,
        inputRange: isMNIST ? .standardized : .symmetric, score: .squaredL2, batchNorm: .batch,
        testOrder: isMNIST ? .shuffled : .normalsFirst, epoch: .bestOnTest),
      PresetRow(
        preset: "code-2019", dataset: dataset, channels: isMNIST ? 1 : 3, learningRate: 2e-4,
        inputRange: isMNIST ? .standardized : .symmetric, score: .squaredL2, batchNorm: .batch,
        testOrder: isMNIST ? .shuffled : .normalsFirst, epoch: .bestOnTest),
      PresetRow(
        preset: "clean", dataset: dataset, channels: isMNIST ? 1 : 3, learningRate: 2e-4,
        inputRange: .symmetric, score: .squaredL2,
        batchNorm: .running, testOrder: .shuffled, epoch: .last),
    ]
  }
}

@Suite("A preset")
struct PresetTests {
  @Test("holds the values of its column, whatever the defaults", arguments: PresetRow.all)
  func column(_ row: PresetRow) throws {
    let text = "preset: \(row.preset)\ndataset: {name: \(row.dataset)}"
    let experiment = try Experiment.parse(text: text, path: "e.yaml")
    let (evaluation, ganomaly) = (experiment.evaluation, try experiment.ganomaly)
    #expect(experiment.preset == row.preset)
    #expect(experiment.dataset.channels == row.channels)
    #expect(ganomaly.objective == row.objective)
    #expect(ganomaly.learningRate == row.learningRate)
    #expect(ganomaly.epochs == 15)
    #expect(evaluation.split == row.split)
    #expect(evaluation.inputRange == row.inputRange)
    #expect(evaluation.score == row.score)
    #expect(evaluation.batchNorm == row.batchNorm)
    #expect(evaluation.testOrder == row.testOrder)
    #expect(evaluation.testBatch == 64)
    #expect(evaluation.epoch == row.epoch)
    // The reference code looks for its best epoch on the whole test set.
    #expect((evaluation.epochSamples == 0) == (row.epoch == .bestOnTest))
  }

  @Test("has a column in the table that is checked here", arguments: Preset.all.map(\.name))
  func isChecked(_ name: String) {
    #expect(PresetRow.all.contains { $0.preset == name })
  }

  @Test(
    "stands written out in the resolved form, which gives the same values without it",
    arguments: PresetRow.all)
  func resolved(_ row: PresetRow) throws {
    let text = "preset: \(row.preset)\ndataset: {name: \(row.dataset)}"
    let experiment = try Experiment.parse(text: text, path: "e.yaml")
    let resolved = experiment.resolvedYAML
    for line in [
      "preset: \(row.preset)", "  objective: \(row.objective.rawValue)", "  split: \(row.split.rawValue)",
      "  input_range: \(row.inputRange.rawValue)", "  score: \(row.score.rawValue)",
      "  channels: \(row.channels)", "  batch_norm: \(row.batchNorm.rawValue)",
      "  epoch: \(row.epoch.rawValue)", "  epochs: 15",
    ] {
      #expect(resolved.split(separator: "\n").contains(Substring(line)), "\(line)")
    }
    let bare = resolved.replacing("preset: \(row.preset)\n", with: "")
    let again = try Experiment.parse(text: bare, path: "e.yaml")
    #expect(again.dataset == experiment.dataset)
    #expect(again.evaluation == experiment.evaluation)
    #expect(again.detector == experiment.detector)
  }

  @Test("leaves everything else at the defaults")
  func nothingElse() throws {
    for preset in Preset.all {
      let text = "preset: \(preset.name)\ndataset: {name: mnist}"
      var ganomaly = try Experiment.parse(text: text, path: "e.yaml").ganomaly
      ganomaly.learningRate = GANomalySettings().learningRate
      ganomaly.objective = GANomalySettings().objective
      #expect(ganomaly == GANomalySettings())
    }
  }

  @Test("takes MNIST with three channels for CIFAR-10, and its channels give way to those written out")
  func channels() throws {
    let gray = try Experiment.parse(
      text: "preset: folders-2018\ndataset: {name: mnist, channels: 1}", path: "e.yaml")
    #expect(gray.dataset.channels == 1 && gray.evaluation.inputRange == .symmetric)
    let color = try Experiment.parse(
      text: "preset: code-2018\ndataset: {name: mnist, channels: 3}", path: "e.yaml")
    #expect(color.evaluation.inputRange == .symmetric && color.evaluation.testOrder == .normalsFirst)
  }

  @Test("takes gray image folders for MNIST and coloured ones for CIFAR-10")
  func folders() throws {
    func range(_ channels: Int) throws -> InputRange {
      let text = "preset: code-2019\ndataset: {name: folder, folder: scans, channels: \(channels)}"
      return try Experiment.parse(text: text, path: "e.yaml").evaluation.inputRange
    }
    #expect(try range(1) == .standardized)
    #expect(try range(3) == .symmetric)
  }
}
