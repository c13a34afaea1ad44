import Diagnostics
import Results
import Settings
import Specs

extension AuditTable {
  /// One table of several experiments, each of which varies fields one at a time or not at all.
  ///
  /// - Parameter paths: the experiments' summary files.
  /// - Throws: `Problem` if a file is given twice, is not a ganomaly summary, if its sweep is of another kind, if its
  ///   detector is not GANomaly, or if two start from different presets; `SpecProblems` if it holds a spec that this
  ///   program cannot read.
  public init(summaries paths: [String]) throws {
    try requireDistinct(paths, hint: "its columns would appear twice")
    var columns: [Column] = []
    var changes: [Change] = []
    var start: String?
    var absences: [String] = []
    for path in paths {
      let part = try AuditedExperiment(path)
      if let start, start != part.start {
        throw Problem(
          .usage, at: path, "the experiment starts from '\(part.start)', the others from '\(start)'",
          hint: "a table has a single first row: audit them separately")
      }
      start = part.start
      columns += part.columns
      if let absent = part.absent.note {
        absences.append(paths.count > 1 ? "\(part.experiment.dataset.title): \(absent)" : absent)
      }
      changes += part.changes.filter { !changes.contains($0) }
    }
    // Group the values by choice, in order of first appearance; the change of several at once comes last.
    var choices: [String] = []
    for change in changes where !choices.contains(change.choice) { choices.append(change.choice) }
    choices = choices.filter { $0 != Self.all } + choices.filter { $0 == Self.all }
    self.init(
      start: start ?? "", columns: columns,
      changes: choices.flatMap { choice in changes.filter { $0.choice == choice } }, absences: absences)
  }
}

extension AuditTable {
  /// Whether an experiment varies fields one at a time.
  static func isAudit(_ experiment: Experiment) -> Bool {
    experiment.sweep?.configurations.first?.label == Configuration.unchanged
  }
}

/// One experiment's part of an audit.
private struct AuditedExperiment {
  let start: String
  private(set) var columns: [AuditTable.Column]
  private(set) var changes: [AuditTable.Change] = []

  let experiment: Experiment
  let absent: AbsentClasses
  private let configurations: [Configuration]
  private let areas: [SummaryEvaluations.Area]

  init(_ path: String) throws {
    let summary = try Summary.read(from: path)
    absent = AbsentClasses(summary)
    experiment = try Experiment.parse(text: summary.resolvedSpec, path: "\(path):/spec/resolved")
    guard experiment.sweep == nil || AuditTable.isAudit(experiment) else {
      throw Problem(
        .usage, at: path, "its sweep changes more than one value at a time",
        hint: "an audit needs `sweep: {one_by_one: {…}}`")
    }
    guard experiment.detector.usesBatchNorm, experiment.detector.record is GANomalySettings else {
      throw Problem(
        .usage, at: path,
        "an audit covers GANomaly's choices; this detector is '\(experiment.detector.name)'")
    }
    configurations = experiment.configurations
    areas = try SummaryEvaluations.read(from: path).areas
    start = experiment.preset ?? experiment.name
    let (dataset, evaluation) = (experiment.dataset.title, experiment.evaluation)
    columns = summary.heldOut.map { heldOut in
      AuditTable.Column(
        dataset: dataset, heldOut: heldOut, seeds: summary.seeds, base: [],
        own: [
          AuditTable.score: evaluation.score.rawValue, AuditTable.pass: evaluation.headlinePass.rawValue,
          AuditTable.epoch: evaluation.epoch.rawValue,
        ], changed: [:])
    }
    guard let base = values(of: 0, evaluation) else {
      throw areas.isEmpty
        ? Problem.nothingEvaluated(at: path, summary.experiment)
        : Problem(.badData, at: "\(path):/evaluations", "the experiment's own evaluation is missing")
    }
    for column in columns.indices { columns[column].base = base[column] }
    addEvaluations()
    addConfigurations()
    addClean()
  }

  /// AUROC of a configuration under an evaluation, by class and seed; nil if it was not evaluated that way.
  private func values(
    of configuration: Int, _ evaluation: ProtocolSettings, epoch: EpochChoice? = nil
  ) -> [[Double?]]? {
    areas.first {
      $0.score == evaluation.score.rawValue && $0.pass == evaluation.headlinePass.rawValue
        && $0.epoch == (epoch ?? evaluation.epoch).rawValue && configuration < $0.values.count
    }?.values[configuration]
  }

  private mutating func add(_ change: AuditTable.Change, _ values: [[Double?]]) {
    if !changes.contains(change) { changes.append(change) }
    for column in columns.indices { columns[column].changed[change] = values[column] }
  }

  /// Adds the evaluations that differ from the experiment's own in score, pass or epoch alone.
  private mutating func addEvaluations() {
    let evaluation = experiment.evaluation
    let own = (evaluation.score.rawValue, evaluation.headlinePass.rawValue, evaluation.epoch.rawValue)
    for choice in [AuditTable.score, AuditTable.pass, AuditTable.epoch] {
      for area in areas {
        let differs = (area.score != own.0, area.pass != own.1, area.epoch != own.2)
        switch (choice, differs) {
        case (AuditTable.score, (true, false, false)):
          add(AuditTable.Change(choice, area.score), area.values[0])
        case (AuditTable.pass, (false, true, false)):
          add(AuditTable.Change(choice, area.pass), area.values[0])
        case (AuditTable.epoch, (false, false, true)):
          add(AuditTable.Change(choice, area.epoch), area.values[0])
        default: break
        }
      }
    }
  }

  /// Adds the values that the sweep varies one by one, each under the experiment's own evaluation.
  private mutating func addConfigurations() {
    guard let sweep = experiment.sweep else { return }
    for (position, name) in sweep.names.enumerated() {
      let own = configurations[0].values[position]
      for column in columns.indices { columns[column].own[name] = own.words }
      for (index, configuration) in configurations.enumerated() where configuration.values[position] != own {
        guard let values = values(of: index, experiment.evaluation) else { continue }
        add(AuditTable.Change(name, configuration.values[position].words), values)
      }
    }
  }

  /// Adds the `clean` preset as a whole, if one of the trainings matches it.
  private mutating func addClean() {
    let channels = experiment.dataset.channels
    let clean = Preset.clean.evaluation(channels: channels)
    let index = configurations.firstIndex { configuration in
      var detector = Preset.clean.detector(configuration.detector, channels: channels)
      detector.epochs = configuration.detector.epochs
      return configuration.detector == detector && configuration.evaluation.split == clean.split
        && configuration.evaluation.inputRange == clean.inputRange
    }
    guard let index, let values = values(of: index, clean) else { return }
    add(AuditTable.Change(AuditTable.all, Preset.clean.name), values)
  }
}
