import HDF5
import Settings
import Specs

/// What the tables of a summary take from a stored run: `/run` of a run file, `/runs/<id>` of a summary.
struct StoredRun {
  /// AUROC of one reading.
  struct Reading {
    /// Epochs of a run's end whose mean is taken.
    static let lastEpochs = 3

    var name: String
    /// On the whole test set, at the last epoch and at the best.
    var last: Double
    var best: Double
    /// On the sample that epochs are read on, the mean over the last `lastEpochs` epochs, or all where there are fewer:
    /// no choice of an epoch. NaN where one of them was not read.
    var meanOfLast: Double
  }

  /// The class or kinds of anomaly that the run fills a row for.
  var rows: [String]
  /// By measure, in the order of `Measures.all`, then by row.
  var measures: [[Double]]
  var readings: [Reading]
  /// After the last epoch; nil where no normals were held out of training.
  var validationLoss: Double?

  /// - Throws: `HDF5Error` when something is missing or the shapes do not fit together.
  init(_ group: HDF5Group) throws(HDF5Error) {
    let auc = try group.openGroup("auc")
    rows = try auc.openDataset(ClassRole(of: auc).key).readStrings().values
    measures = []
    for measure in Measures.all {
      measures.append(try auc.openDataset(measure.name).read(Double.self, shape: [rows.count]))
    }
    let names = try group.openDataset("reading").readStrings().values
    let epochs = try group.openDataset("history/epoch").shape().reduce(1, *)
    let choices = EpochChoice.allCases
    let areas = try group.openDataset("whole_test/auroc").read(
      Double.self, shape: [names.count, choices.count])
    let history = try group.openDataset("history/auroc").read(Double.self, shape: [names.count, epochs])
    let best = try group.openDataset("history/best_epoch")
    for epoch in try best.read(Int.self, shape: [names.count]) where !(1...max(1, epochs)).contains(epoch) {
      throw best.refusal("epoch \(epoch) is none of 1 to \(epochs)")
    }
    let scores = try group.openDataset("scores")
    let samples = try group.openDataset("labels").shape().reduce(1, *)
    guard try scores.shape() == [names.count, samples] else {
      throw scores.refusal("its shape is not that of \(names.count) readings of \(samples) samples")
    }
    validationLoss =
      try group.exists("history/validation_loss")
      ? try group.openDataset("history/validation_loss").read(Double.self, shape: [epochs]).last : nil
    readings = names.enumerated().map { index, name in
      func area(_ choice: EpochChoice) -> Double {
        choices.firstIndex(of: choice).map { areas[index * choices.count + $0] } ?? .nan
      }
      let end = history[index * epochs..<(index + 1) * epochs].suffix(Reading.lastEpochs)
      return Reading(
        name: name, last: area(.last), best: area(.bestOnTest),
        meanOfLast: end.isEmpty ? .nan : end.reduce(0, +) / Double(end.count))
    }
  }

  /// What a sweep chooses on; NaN where the run has no such value.
  func value(of criterion: SweepCriterion, heldOut: String) -> Double {
    switch criterion {
    case .testAUROC: rows.firstIndex(of: heldOut).map { measures[0][$0] } ?? .nan
    case .validationLoss: validationLoss ?? .nan
    }
  }
}
