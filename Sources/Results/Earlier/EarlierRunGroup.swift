import Diagnostics
import HDF5
import Settings
import Specs

/// Runs in files of schema version 2: `/run` of a run file, `/runs/<id>` of a summary.
///
/// There the settings are the text of a spec, an evaluation is called a reading and named by one string, only the
/// headline has scores at the best epoch, and the id also covers how the training was evaluated.
enum EarlierRunGroup {
  static let version = 2

  /// Whether a run's group has this layout.
  static func isEarlier(_ group: HDF5Group) throws(HDF5Error) -> Bool {
    try !group.exists(SettingsGroup.name)
  }

  /// The record, under its present id.
  ///
  /// - Throws: `HDF5Error` if something is missing or the shapes do not fit together, `Problem` if this program does
  ///   not know its settings.
  static func read(from group: HDF5Group) throws -> RunRecord {
    let attributes = group.attributes
    let provenance = try Provenance(group.openGroup("environment"))
    let fingerprint = try attributes.readString("data_fingerprint")
    let run = try run(of: group, provenance)
    let samples = try RunGroup.readSamples(from: group)
    var record = RunRecord(
      identifier: run.identifier(dataFingerprint: fingerprint, numerics: numerics(provenance)), run: run,
      dataFingerprint: fingerprint, provenance: provenance,
      trainingImages: try attributes.readNumber(Int.self, "training_images"), samples: samples,
      history: RunHistory())
    record.earlierIdentifiers = [try attributes.readString("id")]
    record.anomalyKinds = try rows(of: group).filter { $0 != run.heldOut }.compactMap {
      samples.classNames.firstIndex(of: $0)
    }
    record.history = try EarlierHistory.read(from: group, run)
    return record
  }

  /// The present id of a run.
  static func identifier(of group: HDF5Group) throws -> String {
    let provenance = try Provenance(group.openGroup("environment"))
    return try run(of: group, provenance).identifier(
      dataFingerprint: group.attributes.readString("data_fingerprint"), numerics: numerics(provenance))
  }

  private static func numerics(_ provenance: Provenance) -> Int {
    provenance["numerics_version"].flatMap { Int($0) } ?? numericsVersion
  }

  private static func run(of group: HDF5Group, _ provenance: Provenance) throws -> Run {
    let place = "\(group.path)/spec"
    let runs: [Run]
    do {
      runs = try Experiment.parse(text: group.openDataset("spec").readString(), path: place).runs
    } catch let problems as SpecProblems {
      throw Problem(.badData, at: place, "this version does not accept its spec: \(problems)")
    }
    guard var run = runs.first, runs.count == 1 else {
      throw Problem(.badData, at: place, "its spec describes \(runs.count) runs, not one")
    }
    run.kernels = provenance["kernels"] ?? Run.fastKernels
    return run
  }

  private static func rows(of group: HDF5Group) throws -> [String] {
    let auc = try group.openGroup("auc")
    return try auc.openDataset(ClassRole(of: auc).key).readStrings().values
  }
}

/// The history in a run or a checkpoint of schema version 2.
enum EarlierHistory {
  /// - Parameter run: the run whose evaluations the history holds.
  /// - Throws: `HDF5Error` if something is missing or the shapes do not fit together.
  static func read(from group: HDF5Group, _ run: Run) throws(HDF5Error) -> RunHistory {
    let names = try group.openDataset("reading").readStrings().values
    let keys = run.evaluatedScores
    guard keys.map(run.label) == names else {
      throw group.refusal("its readings \(names) are not those of its settings")
    }
    var history = RunHistory(scores: keys.map(run.record))
    let epochs = try group.openGroup("history")
    try HistoryGroup.readEpochs(epochs, into: &history)
    let best = try epochs.openDataset("best_epoch").read(Int.self, shape: [names.count])
    let measures = try HistoryGroup.readMeasures(from: epochs, rows: names.count)
    let choices = try HistoryGroup.readMeasures(from: group.openGroup("whole_test"), rows: names.count)
    let last = try HistoryGroup.rows("scores", of: group)
    guard last.count == names.count else { throw group.refusal("its scores do not match its readings") }
    let bestScores = try group.openDataset("best_scores").read(Float.self).values
    for index in keys.indices {
      history.scores[index].measures = measures[index]
      history.scores[index].bestEpoch = best[index]
      for (choice, value) in zip(EpochChoice.allCases, choices[index]) where value.isEvaluated {
        history.scores[index][choice] = value
      }
      history.scores[index].lastScores = last[index]
      // If the best epoch is the last, its scores are the same.
      let isLast = best[index] == measures[index].count
      history.scores[index].bestScores = index == 0 ? bestScores : isLast ? last[index] : []
    }
    return history
  }
}
