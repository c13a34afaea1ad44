import HDF5
import Specs

/// The layout of one run inside a file: `/run` of a run file, `/runs/<id>` of a summary.
///
/// Data sets hold what a run of the same id always gives, bit for bit; what the clock and the machine decide
/// stands in attributes.
///
///     sample_index                        the test set: positions in the data set
///     labels, class_index (sample_index)  1 for anomalous; the class, a position in class_names
///     reading                             such as `squared-l2, running`; the headline's first
///     scores (reading, sample_index)      after the last epoch
///     best_scores (sample_index)          of the headline's reading at its best epoch on the test set
///     whole_test/… (reading, epoch_choice)  every measure on the whole test set, at the last and the best epoch
///     history/…                           by epoch, on the sample that epochs are read on: every measure of every reading, losses, redraws, validation loss
///     auc/…                               the rows that the run fills in the experiment's table
///     spec                                the spec of this run alone, every value written out
enum RunGroup {
  static func write(_ record: RunRecord, to group: HDF5Group) throws {
    let run = record.run
    let attributes = group.attributes
    try attributes.write(record.identifier, to: "id")
    try attributes.write(run.detector.name, to: "detector")
    try attributes.write(run.heldOut, to: "held_out")
    try attributes.write(run.seed, to: "seed")
    try attributes.write(record.dataFingerprint, to: "data_fingerprint")
    try attributes.write(record.trainingImages, to: "training_images")
    try attributes.write(record.headlineEpoch, to: "headline_epoch")
    try writeProvenance(record.provenance, to: group)
    try writeSamples(record.samples, to: group)
    try HistoryGroup.write(record.history, to: group)
    try writeRows(record.rows, to: group.createGroup("auc"))
    try group.write(record.resolvedSpec, to: "spec")
    try nameDimensions(of: group)
  }

  /// Copies a run from another file.
  static func copy(_ name: String, of source: HDF5Group, to target: HDF5Group, as identifier: String) throws {
    try target.copy(name, of: source, to: identifier)
    try nameDimensions(of: try target.openGroup(identifier))
  }

  static func writeProvenance(_ provenance: Provenance, to group: HDF5Group) throws {
    let environment = try group.createGroup("environment")
    for fact in provenance.facts { try environment.attributes.write(fact.value, to: fact.name) }
  }

  private static func writeSamples(_ samples: SampleRecord, to group: HDF5Group) throws {
    let count = samples.index.count
    try group.write(
      samples.index.map(Int32.init), shape: [count], to: "sample_index", storage: .compressed())
    try group.write(
      samples.isAnomalous.map { UInt8($0 ? 1 : 0) }, shape: [count], to: "labels", storage: .compressed())
    try group.write(
      samples.classIndex.map(Int32.init), shape: [count], to: "class_index", storage: .compressed())
    try group.write(samples.classNames, to: "class_names")
  }

  private static func writeRows(_ rows: [RowRecord], to group: HDF5Group) throws {
    try group.write(rows.map(\.heldOut), to: "held_out")
    for measure in Measures.all {
      try group.write(rows.map { $0.measures[keyPath: measure.path] }, shape: [rows.count], to: measure.name)
    }
  }
}

// MARK: - Dimension scales

extension RunGroup {
  /// The data sets that are coordinates of the dimension that is called as they are.
  private static let scales = [
    "sample_index", "class_names", "reading", "whole_test/reading", "whole_test/epoch_choice",
    "history/reading", "history/epoch", "auc/held_out",
  ]

  /// The scales of each other data set's dimensions, the losses apart.
  private static let dimensions: [(dataset: String, scales: [String])] =
    [
      ("labels", ["sample_index"]), ("class_index", ["sample_index"]),
      ("scores", ["reading", "sample_index"]), ("best_scores", ["sample_index"]),
      ("history/best_epoch", ["history/reading"]), ("history/discriminator_redraws", ["history/epoch"]),
    ]
    + Measures.all.flatMap { measure in
      [
        ("history/\(measure.name)", ["history/reading", "history/epoch"]),
        ("whole_test/\(measure.name)", ["whole_test/reading", "whole_test/epoch_choice"]),
        ("auc/\(measure.name)", ["auc/held_out"]),
      ]
    }

  /// Makes labelled arrays of the data sets, for xarray and its like.
  ///
  /// A copy needs it anew: the references between data sets and scales are not carried over to another file.
  private static func nameDimensions(of group: HDF5Group) throws {
    var opened: [String: HDF5Dataset] = [:]
    for path in scales {
      let scale = try group.openDataset(path)
      try scale.removeDimensionReferences()
      try scale.makeDimensionScale(named: path.split(separator: "/").last.map(String.init) ?? path)
      opened[path] = scale
    }
    let losses = try group.exists("history/losses") ? try group.openGroup("history/losses").children() : []
    let optional =
      try group.exists("history/validation_loss") ? [("history/validation_loss", ["history/epoch"])] : []
    for (path, scales) in dimensions + optional
      + losses.map({ ("history/losses/\($0.name)", ["history/epoch"]) })
    {
      let dataset = try group.openDataset(path)
      try dataset.removeDimensionReferences()
      try dataset.attachDimensionScales(scales.compactMap { opened[$0] })
    }
  }
}
