import HDF5
import Settings

/// The part of a run's layout that grows with its epochs, in the file of a finished run and in a checkpoint alike:
/// `reading`, `scores`, `best_scores`, `whole_test/…` and `history/…` of `RunGroup`.
///
/// A checkpoint may be of an epoch that is trained and not yet read: losses and redraws then have one more entry
/// than measures, and before the last reading there are no scores.
enum HistoryGroup {
  static func write(_ history: RunHistory, to group: HDF5Group) throws {
    let readings = history.readings
    let samples = readings.first?.lastScores.count ?? 0
    try group.write(readings.map(\.name), to: "reading")
    try group.write(
      readings.flatMap(\.lastScores), shape: [readings.count, samples], to: "scores", storage: .compressed())
    try group.write(
      history.bestScores, shape: [history.bestScores.count], to: "best_scores", storage: .compressed())
    try writeChoices(readings, to: group.createGroup("whole_test"))
    try writeEpochs(history, to: group.createGroup("history"))
  }

  /// What is not there yet is NaN.
  private static func writeChoices(_ readings: [ReadingRecord], to group: HDF5Group) throws {
    try group.write(readings.map(\.name), to: "reading")
    try group.write(EpochChoice.allCases.map(\.rawValue), to: "epoch_choice")
    for measure in Measures.all {
      let values = readings.flatMap { reading in
        EpochChoice.allCases.map { (reading[$0] ?? .unread)[keyPath: measure.path] }
      }
      try group.write(values, shape: [readings.count, EpochChoice.allCases.count], to: measure.name)
    }
  }

  private static func writeEpochs(_ history: RunHistory, to group: HDF5Group) throws {
    let (readings, epochs) = (history.readings, history.trainedEpochs)
    try group.write(readings.map(\.name), to: "reading")
    try group.write(Array(0..<epochs).map { $0 + 1 }, shape: [epochs], to: "epoch")
    try group.write(readings.map(\.bestEpoch), shape: [readings.count], to: "best_epoch")
    for measure in Measures.all {
      let values = readings.flatMap { $0.measures.map { $0[keyPath: measure.path] } }
      try group.write(values, shape: [readings.count, history.readEpochs], to: measure.name)
    }
    // In one order, whichever process gathered them.
    for loss in history.losses.sorted(by: { $0.name < $1.name }) {
      try group.write(loss.values, shape: [epochs], to: "losses/\(loss.name)")
    }
    try group.write(history.redraws, shape: [epochs], to: "discriminator_redraws")
    if !history.validationLosses.isEmpty {
      try group.write(history.validationLosses, shape: [history.readEpochs], to: "validation_loss")
    }
    try group.attributes.write(history.trainingSeconds, to: "training_seconds")
    try group.attributes.write(history.scoringSeconds, to: "scoring_seconds")
  }

  /// - Throws: `HDF5Error` when something is missing or the shapes do not fit together.
  static func read(from group: HDF5Group) throws(HDF5Error) -> RunHistory {
    let names = try group.openDataset("reading").readStrings().values
    let scores = try group.openDataset("scores")
    let (values, shape) = try scores.read(Float.self)
    guard shape.count == 2, shape[0] == names.count else {
      throw scores.refusal("its shape is not that of \(names.count) readings")
    }
    let epochs = try group.openGroup("history")
    let best = try epochs.openDataset("best_epoch").read(Int.self, shape: [names.count])
    let measures = try readMeasures(from: epochs, readings: names.count)
    let choices = try readMeasures(from: group.openGroup("whole_test"), readings: names.count)
    var history = RunHistory(
      readings: try names.indices.map { index throws(HDF5Error) in
        var reading = ReadingRecord(
          name: names[index], measures: measures[index], bestEpoch: best[index],
          lastScores: Array(values[index * shape[1]..<(index + 1) * shape[1]]))
        guard choices[index].count == EpochChoice.allCases.count else {
          throw scores.refusal("there are no measures of \(EpochChoice.allCases.count) choices of an epoch")
        }
        for (choice, measures) in zip(EpochChoice.allCases, choices[index]) where !measures.auroc.isNaN {
          reading[choice] = measures
        }
        return reading
      })
    history.bestScores = try group.openDataset("best_scores").read(Float.self).values
    history.redraws = try epochs.openDataset("discriminator_redraws").read(Int.self).values
    if try epochs.exists("losses") {
      let losses = try epochs.openGroup("losses")
      for child in try losses.children() {
        let values = try losses.openDataset(child.name).read(Double.self, shape: [history.trainedEpochs])
        history.losses.append((child.name, values))
      }
    }
    if try epochs.exists("validation_loss") {
      history.validationLosses = try epochs.openDataset("validation_loss")
        .read(Double.self, shape: [history.readEpochs])
    }
    history.trainingSeconds = try epochs.attributes.readNumbers(Double.self, "training_seconds")
    history.scoringSeconds = try epochs.attributes.readNumbers(Double.self, "scoring_seconds")
    return history
  }

  /// By reading, then by epoch, or choice of one.
  private static func readMeasures(
    from group: HDF5Group, readings: Int
  ) throws(HDF5Error) -> [[Measures]] {
    var epochs = 0
    var columns: [[Double]] = []
    for measure in Measures.all {
      let dataset = try group.openDataset(measure.name)
      let (values, shape) = try dataset.read(Double.self)
      guard shape.count == 2, shape[0] == readings, columns.isEmpty || shape[1] == epochs else {
        throw dataset.refusal("its shape is \(shape), not that of \(readings) readings")
      }
      epochs = shape[1]
      columns.append(values)
    }
    return (0..<readings).map { reading in
      (0..<epochs).map { epoch in
        var measures = Measures.unread
        for (measure, values) in zip(Measures.all, columns) {
          measures[keyPath: measure.path] = values[reading * epochs + epoch]
        }
        return measures
      }
    }
  }
}

extension ReadingRecord {
  /// On the whole test set.
  fileprivate subscript(choice: EpochChoice) -> Measures? {
    get {
      switch choice {
      case .last: last
      case .bestOnTest: best
      }
    }
    set {
      switch choice {
      case .last: last = newValue
      case .bestOnTest: best = newValue
      }
    }
  }
}
