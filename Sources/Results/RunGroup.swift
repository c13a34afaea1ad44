import HDF5
import Specs

/// The layout of one run inside a file: `/run` of a run file, `/runs/<id>` of a summary.
///
/// Data sets hold what a run of the same id always gives, bit for bit; what the clock and the machine decide
/// stands in attributes.
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
    let environment = try group.createGroup("environment")
    for fact in record.provenance.facts { try environment.attributes.write(fact.value, to: fact.name) }
    try writeSamples(record.samples, to: group)
    try writeReadings(record, to: group)
    try writeHistory(record, to: group.createGroup("history"))
    try writeRows(record.rows, to: group.createGroup("auc"))
    try writeMaterial(record, to: group.createGroup("material"))
    try group.write(record.resolvedSpec, to: "spec")
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

  private static func writeReadings(_ record: RunRecord, to group: HDF5Group) throws {
    let readings = record.readings
    let shape = [readings.count, record.samples.index.count]
    let scale = try group.write(readings.map(\.name), to: "reading")
    try scale.makeDimensionScale(named: "reading")
    let scores = try group.createGroup("scores")
    for (name, values) in [("last", readings.map(\.lastScores)), ("best", readings.map(\.bestScores))] {
      try scores.write(values.flatMap(\.self), shape: shape, to: name, storage: .compressed())
    }
    try scores.write(readings.map(\.bestEpoch), shape: [readings.count], to: "best_epoch")
  }

  private static func writeHistory(_ record: RunRecord, to group: HDF5Group) throws {
    let epochs = record.redraws.count
    let epoch = try group.write(Array(1...max(1, epochs)), shape: [max(1, epochs)], to: "epoch")
    try epoch.makeDimensionScale(named: "epoch")
    let reading = try group.write(record.readings.map(\.name), to: "reading")
    try reading.makeDimensionScale(named: "reading")
    for measure in Measures.all {
      let values = record.readings.flatMap { $0.measures.map { $0[keyPath: measure.path] } }
      let dataset = try group.write(values, shape: [record.readings.count, epochs], to: measure.name)
      try dataset.attachDimensionScales([reading, epoch])
    }
    let losses = try group.createGroup("losses")
    for loss in record.losses {
      try losses.write(loss.values, shape: [epochs], to: loss.name).attachDimensionScales([epoch])
    }
    try group.write(record.redraws, shape: [epochs], to: "discriminator_redraws").attachDimensionScales([
      epoch
    ])
    try group.attributes.write(record.trainingSeconds, to: "training_seconds")
    try group.attributes.write(record.scoringSeconds, to: "scoring_seconds")
  }

  private static func writeRows(_ rows: [RowRecord], to group: HDF5Group) throws {
    let scale = try group.write(rows.map(\.heldOut), to: "held_out")
    try scale.makeDimensionScale(named: "held_out")
    for measure in Measures.all {
      let values = rows.map { $0.measures[keyPath: measure.path] }
      try group.write(values, shape: [rows.count], to: measure.name).attachDimensionScales([scale])
    }
  }

  private static func writeMaterial(_ record: RunRecord, to group: HDF5Group) throws {
    for gallery in record.galleries {
      let target = try group.createGroup(gallery.name)
      let count = gallery.samples.count
      try target.write(gallery.samples.map(Int32.init), shape: [count], to: "sample")
      for (name, bytes) in [("input", gallery.inputs), ("reconstruction", gallery.reconstructions)] {
        try target.write(bytes, shape: [count] + record.imageShape, to: name, storage: .compressed())
      }
    }
    guard let features = record.features else { return }
    let target = try group.createGroup("features")
    let count = features.samples.count
    try target.write(features.samples.map(Int32.init), shape: [count], to: "sample")
    let components = features.explainedVarianceRatio.count
    try target.write(
      features.components, shape: [count, components], to: "components", storage: .compressed())
    try target.write(features.explainedVarianceRatio, shape: [components], to: "explained_variance_ratio")
  }
}
