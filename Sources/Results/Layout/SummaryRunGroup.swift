import HDF5
import Hashing
import Settings
import Specs

/// The layout of `/runs/<id>` in a summary: that of `RunGroup`, but instead of all scores
///
///     orders (evaluation, epoch_choice, byte)   see `RankOrder`: normal or anomalous, from the lowest score to the
///                                               highest, and ties
///     headline/<n> (sample_index)               the headline's scores or their ranks, if kept, with the attributes
///                                               evaluation, position, epoch_choice and content ("scores", or
///                                               "ranks" with quantiles of the scores)
///
/// Runs with the same test set share its data sets, which are also in `/test_sets/<digest>`.
enum SummaryRunGroup {
  private static let (orders, headline) = ("orders", "headline")

  static func write(_ run: SummarizedRun, to root: HDF5Group) throws(HDF5Error) {
    let record = run.record
    let group = try root.createGroup("runs/\(record.identifier)")
    try RunGroup.writeHead(record, to: group)
    try HistoryGroup.writeCourse(record.history, to: group)
    try RunGroup.nameDimensions(of: group, scores: [])
    let set = try testSet(record.samples, in: root)
    for name in RunGroup.sampleDatasets where try set.exists(name) {
      try group.link(set.openDataset(name), as: name)
    }
    let count = record.samples.index.count
    let bytes = run.orders.flatMap { $0.flatMap { $0?.packed ?? RankOrder.absent(samples: count) } }
    try group.write(
      bytes, shape: [run.orders.count, EpochChoice.allCases.count, RankOrder.byteCount(samples: count)],
      to: orders, storage: .compressed(level: 9))
    let samples = try group.openDataset("sample_index")
    for (index, kept) in run.kept.enumerated() {
      let name = "\(headline)/\(index)"
      let dataset: HDF5Dataset
      let content: String
      switch kept.values {
      case .scores(let scores):
        content = "scores"
        dataset = try group.write(scores, shape: [count], to: name, storage: .compressed(level: 9))
      case .ranks(let values):
        content = "ranks"
        dataset = try group.write(values.ranks, shape: [count], to: name, storage: .compressed(level: 9))
        try dataset.attributes.write(values.quantiles, to: "quantiles")
      }
      try dataset.attributes.write(content, to: "content")
      try dataset.attributes.write(record.history.scores[kept.position].label, to: "evaluation")
      try dataset.attributes.write(kept.position, to: "position")
      try dataset.attributes.write(kept.epoch.rawValue, to: "epoch_choice")
      try dataset.attachDimensionScales([samples])
    }
  }

  /// The group of a test set, written if it does not exist yet.
  private static func testSet(_ samples: SampleRecord, in root: HDF5Group) throws(HDF5Error) -> HDF5Group {
    let path = "test_sets/\(samples.digest)"
    if try root.exists(path) { return try root.openGroup(path) }
    let group = try root.createGroup(path)
    try RunGroup.writeSamples(samples, to: group)
    let scale = try group.openDataset("sample_index")
    try scale.makeDimensionScale(named: "sample_index")
    for name in RunGroup.sampleDatasets where name != "sample_index" && name != "class_names" {
      if try group.exists(name) { try group.openDataset(name).attachDimensionScales([scale]) }
    }
    return group
  }

  /// - Throws: `HDF5Error` when something is missing or the shapes do not fit together.
  static func read(from group: HDF5Group) throws(HDF5Error) -> SummarizedRun {
    var record = try RunGroup.readHead(from: group)
    record.samples = try RunGroup.readSamples(from: group)
    record.history = try HistoryGroup.readCourse(from: group)
    let (count, rows) = (record.samples.index.count, record.history.scores.count)
    let (choices, length) = (EpochChoice.allCases, RankOrder.byteCount(samples: count))
    let bytes = try group.openDataset(orders).read(UInt8.self, shape: [rows, choices.count, length])
    var run = SummarizedRun(record: record, orders: [], kept: [])
    run.orders = (0..<rows).map { row in
      choices.indices.map { choice in
        let start = (row * choices.count + choice) * length
        return RankOrder(packed: Array(bytes[start..<start + length]), samples: count)
      }
    }
    run.kept = try readKept(from: group, samples: count, rows: rows)
    return run
  }

  private static func readKept(
    from group: HDF5Group, samples: Int, rows: Int
  ) throws(HDF5Error) -> [SummarizedRun.KeptScores] {
    guard try group.exists(headline) else { return [] }
    let kept = try group.openGroup(headline)
    var all: [SummarizedRun.KeptScores] = []
    for name in try kept.names() {
      let dataset = try kept.openDataset(name)
      let word = try dataset.attributes.readString("epoch_choice")
      let position = try dataset.attributes.readNumber(Int.self, "position")
      guard let epoch = EpochChoice(rawValue: word), (0..<rows).contains(position) else {
        throw dataset.refusal("it refers to an evaluation that the run does not have")
      }
      let isRanks = try dataset.attributes.readString("content") == "ranks"
      all.append(
        SummarizedRun.KeptScores(
          position: position, epoch: epoch,
          values: isRanks
            ? .ranks(
              RankedValues(
                ranks: try dataset.read(Int32.self, shape: [samples]),
                quantiles: try dataset.attributes.readNumbers(Float.self, "quantiles")))
            : .scores(try dataset.read(Float.self, shape: [samples]))))
    }
    return all
  }

  /// The numbers behind the tables, without per-sample data.
  static func readCourse(from group: HDF5Group) throws(HDF5Error) -> RunRecord {
    var record = try RunGroup.readHead(from: group)
    record.history = try HistoryGroup.readCourse(from: group)
    return record
  }
}

extension SampleRecord {
  /// Equal for equal test sets only.
  fileprivate var digest: String {
    var hash = SHA256()
    for numbers in [index, isAnomalous.map { $0 ? 1 : 0 }, classIndex] {
      hash.update(numbers.span.bytes)
    }
    let names = Array((classNames + fileNames).joined(separator: "\n").utf8)
    hash.update(names.span.bytes)
    return String(hash.hexadecimal().prefix(16))
  }
}
