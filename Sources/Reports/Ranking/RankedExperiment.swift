import Diagnostics
import Results
import Settings
import Specs

/// The values that determine a training, except the data set and what a preset adapts to it.
struct TrainingIdentity: Sendable, Equatable {
  var preset: String?
  var configuration: String
  var detector: DetectorSettings
  var split: SplitKind
  /// nil if it is the preset's own for images with this number of channels.
  var inputRange: InputRange?
  var validationFraction: Double

  init(_ configuration: Configuration, of experiment: Experiment) {
    preset = experiment.preset
    self.configuration = configuration.label
    detector = configuration.detector
    let evaluation = configuration.evaluation
    split = evaluation.split
    let usual = Preset.all.first { $0.name == experiment.preset }?
      .evaluation(channels: experiment.dataset.channels).inputRange
    inputRange = evaluation.inputRange == usual ? nil : evaluation.inputRange
    validationFraction = evaluation.validationFraction
  }
}

/// All evaluations of one experiment's trainings that can be compared with published values.
struct RankedExperiment {
  let published: PublishedAreas
  private(set) var evaluations: [RankedEvaluation] = []
  /// Configurations not ranked because the published values are of another detector.
  private(set) var otherDetectors: [String] = []
  /// Configurations without a finished run for any class with a published value.
  private(set) var unfinished: [String] = []

  private let experiment: Experiment
  private let contents: SummaryContents
  private let areas: [SummaryEvaluations.Area]

  /// - Parameters:
  ///   - path: the experiment's summary file.
  ///   - method: as published; nil for the first of one of the experiment's detectors.
  /// - Returns: nil if no published values fit.
  /// - Throws: `Problem` if the file is not a ganomaly summary or is damaged; `SpecProblems` if it holds a spec that
  ///   this program cannot read.
  init?(_ path: String, published tables: [PublishedTable], method: String?) throws {
    contents = try SummaryContents(path: path)
    experiment = try Experiment.parse(text: contents.summary.resolvedSpec, path: "\(path):/spec/resolved")
    let published = PublishedAreas(
      in: tables, method: method, detectors: Set(experiment.configurations.map(\.detector.name)),
      dataset: experiment.dataset.title,
      protocol: experiment.classRole == .normal ? .oneClassNormal : .oneClassAnomalous)
    guard let published else { return nil }
    self.published = published
    areas = try SummaryEvaluations.read(from: path).areas
    let configurations = experiment.configurations
    for (row, configuration) in configurations.enumerated() where row < contents.summary.detectors.count {
      let label = configurations.count > 1 ? configuration.label : ""
      guard published.detector.isEmpty || published.detector == configuration.detector.name else {
        otherDetectors.append(label)
        continue
      }
      let training = RankedTraining(
        experiment: experiment.name, configuration: label, preset: experiment.preset,
        epochSamples: configuration.evaluation.epochSamples,
        identity: TrainingIdentity(configuration, of: experiment))
      let found = try evaluations(of: configuration, row: row, training)
      if found.isEmpty { unfinished.append(training.name) }
      evaluations += found
    }
  }

  /// In the summary's order of scores and passes; for each, the choices of epoch come first, then every single epoch
  /// whose values are not those of the last already.
  private func evaluations(
    of configuration: Configuration, row: Int, _ training: RankedTraining
  ) throws -> [RankedEvaluation] {
    let isTrained = configuration.detector.record is any EpochTrainedRecord
    let own = OwnEvaluation(configuration, isTrained: isTrained)
    let courses = isTrained ? try courses(ofRow: contents.summary.detectors[row]) : [:]
    var result: [RankedEvaluation] = []
    var known: [(score: String, pass: String)] = []
    func addEpochs(_ score: String, _ pass: String) {
      guard let byClass = courses[pass.isEmpty ? score : "\(score), \(pass)"] else { return }
      let epochs = byClass.values.joined().compactMap { $0?.count }.max() ?? 0
      for epoch in 0..<epochs {
        let values = byClass.mapValues { seeds in
          seeds.map { course in course.flatMap { epoch < $0.count && $0[epoch].isFinite ? $0[epoch] : nil } }
        }
        if let evaluation = RankedEvaluation(
          training, score: score, pass: pass, epoch: String(epoch + 1), isOwn: false, values: values,
          beside: published), epoch < epochs - 1 || !isLast(evaluation)
        {
          result.append(evaluation)
        }
      }
    }
    /// Whether it is what the choice of the last epoch gives, as where epochs are evaluated on the whole test set.
    func isLast(_ evaluation: RankedEvaluation) -> Bool {
      result.contains {
        ($0.score, $0.pass, $0.epoch) == (evaluation.score, evaluation.pass, EpochChoice.last.rawValue)
          && $0.values == evaluation.values
      }
    }
    for area in areas where row < area.values.count {
      // A detector that is fitted in one go has no choice of epoch.
      guard isTrained || area.epoch == EpochChoice.last.rawValue else { continue }
      if let last = known.last, last != (area.score, area.pass) { addEpochs(last.score, last.pass) }
      known.append((area.score, area.pass))
      let values = Dictionary(
        zip(contents.summary.heldOut, area.values[row]), uniquingKeysWith: { first, _ in first })
      if let evaluation = RankedEvaluation(
        training, score: area.score, pass: area.pass, epoch: area.epoch,
        isOwn: own.isSame(as: area), values: values, beside: published)
      {
        result.append(evaluation)
      }
    }
    if let last = known.last { addEpochs(last.score, last.pass) }
    return result
  }

  /// AUROC by epoch, for each evaluation label, class and seed. Rows that are only part of an image folder's run have
  /// none.
  private func courses(ofRow row: String) throws -> [String: [String: [[Double]?]]] {
    let summary = contents.summary
    var result: [String: [String: [[Double]?]]] = [:]
    for run in contents.runs where run.row == row {
      guard let seed = summary.seeds.firstIndex(of: run.seed) else { continue }
      for (name, areas) in try contents.areasByEpoch(of: run) {
        let none = [[Double]?](repeating: nil, count: summary.seeds.count)
        result[name, default: [:]][run.heldOut, default: none][seed] = areas
      }
    }
    return result
  }
}

/// How an experiment's tables evaluate a configuration.
private struct OwnEvaluation {
  let score: String
  let pass: String
  let epoch: String

  init(_ configuration: Configuration, isTrained: Bool) {
    let (evaluation, detector) = (configuration.evaluation, configuration.detector)
    score = detector.record.scoreNames(evaluation).first ?? ""
    pass = detector.usesBatchNorm ? evaluation.headlinePass.rawValue : ""
    epoch = (isTrained ? evaluation.epoch : .last).rawValue
  }

  func isSame(as area: SummaryEvaluations.Area) -> Bool {
    (area.score, area.pass, area.epoch) == (score, pass, epoch)
  }
}
