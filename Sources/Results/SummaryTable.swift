import HDF5
import Settings
import Specs

/// The tables of a summary: every measure by detector, held-out class and seed.
struct SummaryTable {
  private let experiment: Experiment
  private var detectors: [String] = []
  private var heldOut: [String] = []
  private var seeds: [Int] = []
  private var readings: [String] = []
  private var cells: [Cell] = []

  private struct Cell {
    var detector: String
    var heldOut: String
    var seed: Int
    /// By measure, in the order of `Measures.all`.
    var measures: [Double]
    /// AUROC by reading.
    var readings: [StoredRun.Reading]
  }

  /// Reads the runs that are stored under `stored`, of those that the experiment asks for.
  init(_ experiment: Experiment, runs: [IdentifiedRun], stored: HDF5Group) throws {
    self.experiment = experiment
    for run in runs {
      appendNew(run.run.detector.name, to: &detectors)
      appendNew(run.run.seed, to: &seeds)
      guard try stored.exists(run.identifier) else {
        appendNew(run.run.heldOut, to: &heldOut)
        continue
      }
      let record = try StoredRun(stored.openGroup(run.identifier))
      for reading in record.readings { appendNew(reading.name, to: &self.readings) }
      for (index, row) in record.rows.enumerated() {
        appendNew(row, to: &heldOut)
        // Only the row of all anomalies together has a history by epoch.
        cells.append(
          Cell(
            detector: run.run.detector.name, heldOut: row, seed: run.run.seed,
            measures: record.measures.map { $0[index] },
            readings: row == run.run.heldOut ? record.readings : []))
      }
    }
  }

  func write(to root: HDF5Group) throws {
    let auc = try root.createGroup("auc")
    let evaluation = experiment.evaluation
    try auc.attributes.write(
      "\(evaluation.score.rawValue), \(evaluation.headlinePass.rawValue), epoch \(evaluation.epoch.rawValue)",
      to: "headline")
    try auc.attributes.write(
      "\(experiment.dataset.title), split \(evaluation.split.rawValue), input \(evaluation.inputRange.rawValue)",
      to: "protocol")
    let scales = try writeScales(to: auc)
    for (index, measure) in Measures.all.enumerated() {
      try write(measure.name, to: auc, shape: shape, scales: scales) { $0.measures[index] }
    }
    let group = try root.createGroup("readings")
    let reading = try group.write(readings, to: "reading")
    try reading.makeDimensionScale(named: "reading")
    let readingScales = [reading] + (try writeScales(to: group))
    for (name, value) in [("auroc_last", { $0.last }), ("auroc_best_on_test", { $0.best })]
      as [(String, (StoredRun.Reading) -> Double)]
    {
      let values = readings.flatMap { reading in
        grid { cell in cell.readings.first { $0.name == reading }.map(value) ?? .nan }
      }
      let dataset = try group.write(values, shape: [readings.count] + shape, to: name)
      try dataset.attachDimensionScales(readingScales)
    }
  }

  private var shape: [Int] { [detectors.count, heldOut.count, seeds.count] }

  private func writeScales(to group: HDF5Group) throws -> [HDF5Dataset] {
    let scales = [
      try group.write(detectors, to: "detector"), try group.write(heldOut, to: "held_out"),
      try group.write(seeds, shape: [seeds.count], to: "seed"),
    ]
    for (scale, name) in zip(scales, ["detector", "held_out", "seed"]) {
      try scale.makeDimensionScale(named: name)
    }
    return scales
  }

  private func write(
    _ name: String, to group: HDF5Group, shape: [Int], scales: [HDF5Dataset], _ value: (Cell) -> Double
  ) throws {
    try group.write(grid(value), shape: shape, to: name).attachDimensionScales(scales)
  }

  /// A value for each detector, held-out class and seed; NaN where there is no run.
  private func grid(_ value: (Cell) -> Double) -> [Double] {
    detectors.flatMap { detector in
      heldOut.flatMap { heldOut in
        seeds.map { seed in
          cells.first { $0.detector == detector && $0.heldOut == heldOut && $0.seed == seed }.map(value)
            ?? .nan
        }
      }
    }
  }
}

private func appendNew<Element: Equatable>(_ element: Element, to list: inout [Element]) {
  if !list.contains(element) { list.append(element) }
}
