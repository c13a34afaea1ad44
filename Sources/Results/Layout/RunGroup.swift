import HDF5
import Settings
import Specs

/// The layout of one run, a training with its evaluations: `/run` of a run file and, without the scores, `/runs/<id>`
/// of a summary.
///
/// Data sets hold what a run of the same id always reproduces, bit for bit; what depends on the clock or the machine is
/// in attributes.
///
///     settings/…                          every setting, typed; see `SettingsGroup`
///     sample_index                        the test set: positions in the data set
///     labels, class_index (sample_index)  1 for anomalous; the class, a position in class_names
///     evaluation                          such as `squared-l2, running`; the declared headline's first
///     normal_scores/<score>               of the normals held out of training, ascending; where there are any
///     file_name (sample_index)            for image folders, relative to the folder
///     pixels/{row, auroc, aupro}          how well error maps find labeled pixels, by table row; if there are labels
///     score, pass, test_batch, epoch_samples, evaluate_every (evaluation)
///     scores, best_scores (evaluation, sample_index)
///                                         after the last epoch, and at each one's best epoch on the test set
///     whole_test/… (evaluation, epoch_choice)
///                                         every measure on the whole test set, at the last and the best epoch
///     history/…                           by epoch, on the samples that epochs are evaluated on: every measure of
///                                         every evaluation, losses, reinitializations, validation loss
///     course/… (evaluation, moment)       the same measures within epochs, where `evaluate_every` asks for them
///
/// Missing values are NaN: the best epoch of an evaluation added after training, if not every epoch's weights were
/// kept.
enum RunGroup {
  static func write(_ record: RunRecord, to group: HDF5Group) throws(HDF5Error) {
    try writeHead(record, to: group)
    try writeSamples(record.samples, to: group)
    try HistoryGroup.write(record.history, to: group)
    try nameDimensions(of: group, scores: ["scores", "best_scores"])
  }

  static func read(from group: HDF5Group) throws(HDF5Error) -> RunRecord {
    var record = try readHead(from: group)
    record.samples = try readSamples(from: group)
    record.history = try HistoryGroup.read(from: group)
    let samples = record.samples.index.count
    for score in record.history.scores where score.lastScores.count != samples {
      throw group.refusal("\(score.lastScores.count) scores of \(samples) samples")
    }
    return record
  }
}

// MARK: - Head and samples

extension RunGroup {
  static func writeHead(_ record: RunRecord, to group: HDF5Group) throws(HDF5Error) {
    let attributes = group.attributes
    try attributes.write(record.identifier, to: "id")
    if !record.earlierIdentifiers.isEmpty {
      try attributes.write(record.earlierIdentifiers, to: "earlier_ids")
    }
    try attributes.write(record.dataFingerprint, to: "data_fingerprint")
    try attributes.write(record.trainingImages, to: "training_images")
    if !record.anomalyKinds.isEmpty { try attributes.write(record.anomalyKinds, to: "anomaly_kinds") }
    try SettingsGroup.write(record.run, to: group)
    if !record.pixels.isEmpty {
      let pixels = try group.createGroup(pixels)
      try pixels.write(record.pixels.map(\.row), to: "row")
      try pixels.write(record.pixels.map(\.auroc), shape: [record.pixels.count], to: "auroc")
      try pixels.write(record.pixels.map(\.aupro), shape: [record.pixels.count], to: "aupro")
    }
    if !record.normalScores.isEmpty {
      let normals = try group.createGroup(normalScores)
      for (name, scores) in record.normalScores.sorted(by: { $0.key < $1.key }) {
        try normals.write(scores, shape: [scores.count], to: name, storage: .compressed(level: 9))
      }
    }
    try writeProvenance(record.provenance, to: group)
  }

  /// Without samples and history.
  static func readHead(from group: HDF5Group) throws(HDF5Error) -> RunRecord {
    let attributes = group.attributes
    var record = RunRecord(
      identifier: try attributes.readString("id"), run: try SettingsGroup.read(from: group),
      dataFingerprint: try attributes.readString("data_fingerprint"),
      provenance: try Provenance(group.openGroup("environment")),
      trainingImages: try attributes.readNumber(Int.self, "training_images"),
      samples: SampleRecord(index: [], isAnomalous: [], classIndex: [], classNames: []), history: RunHistory()
    )
    if try attributes.exists("earlier_ids") {
      record.earlierIdentifiers = try attributes.readStrings("earlier_ids")
    }
    if try attributes.exists("anomaly_kinds") {
      record.anomalyKinds = try attributes.readNumbers(Int.self, "anomaly_kinds")
    }
    if try group.exists(pixels) {
      let pixels = try group.openGroup(pixels)
      let rows = try pixels.openDataset("row").readStrings().values
      let auroc = try pixels.openDataset("auroc").read(Double.self, shape: [rows.count])
      let aupro = try pixels.openDataset("aupro").read(Double.self, shape: [rows.count])
      record.pixels = rows.indices.map { PixelRecord(row: rows[$0], auroc: auroc[$0], aupro: aupro[$0]) }
    }
    if try group.exists(normalScores) {
      let normals = try group.openGroup(normalScores)
      for name in try normals.names() {
        let dataset = try normals.openDataset(name)
        let scores = try dataset.read(Float.self).values
        guard !scores.isEmpty, scores.allSatisfy(\.isFinite), scores == scores.sorted() else {
          throw dataset.refusal("it does not hold finite scores in ascending order")
        }
        record.normalScores[name] = scores
      }
    }
    return record
  }

  private static let (normalScores, pixels) = ("normal_scores", "pixels")

  static func writeProvenance(_ provenance: Provenance, to group: HDF5Group) throws(HDF5Error) {
    let environment = try group.createGroup("environment")
    for fact in provenance.facts { try environment.attributes.write(fact.value, to: fact.name) }
  }

  /// The last one only for image folders.
  static let sampleDatasets = ["sample_index", "labels", "class_index", "class_names", fileName]
  private static let fileName = "file_name"

  static func writeSamples(_ samples: SampleRecord, to group: HDF5Group) throws(HDF5Error) {
    let count = samples.index.count
    let storage = HDF5Storage.compressed()
    try group.write(samples.index.map(Int32.init), shape: [count], to: "sample_index", storage: storage)
    try group.write(
      samples.isAnomalous.map { UInt8($0 ? 1 : 0) }, shape: [count], to: "labels", storage: storage)
    try group.write(samples.classIndex.map(Int32.init), shape: [count], to: "class_index", storage: storage)
    try group.write(samples.classNames, to: "class_names")
    if !samples.fileNames.isEmpty { try group.write(samples.fileNames, to: fileName) }
  }

  static func readSamples(from group: HDF5Group) throws(HDF5Error) -> SampleRecord {
    let index = try group.openDataset("sample_index").read(Int.self).values
    let classes = try group.openDataset("class_index")
    var samples = SampleRecord(
      index: index,
      isAnomalous: try group.openDataset("labels").read(UInt8.self, shape: [index.count]).map { $0 != 0 },
      classIndex: try classes.read(Int.self, shape: [index.count]),
      classNames: try group.openDataset("class_names").readStrings().values)
    if try group.exists(fileName) {
      let names = try group.openDataset(fileName)
      samples.fileNames = try names.readStrings().values
      guard samples.fileNames.count == index.count else {
        throw names.refusal("it does not have \(index.count) names")
      }
    }
    guard samples.classIndex.allSatisfy(samples.classNames.indices.contains) else {
      throw classes.refusal("it holds a class that class_names lacks")
    }
    return samples
  }
}

// MARK: - Dimension scales

extension RunGroup {
  /// Attaches dimension scales, so that xarray and its like see labeled arrays.
  ///
  /// - Parameter scores: names of the data sets by evaluation and sample.
  static func nameDimensions(of group: HDF5Group, scores: [String]) throws(HDF5Error) {
    func scale(_ path: String) throws(HDF5Error) -> HDF5Dataset {
      let scale = try group.openDataset(path)
      try scale.makeDimensionScale(named: path.split(separator: "/").last.map(String.init) ?? path)
      return scale
    }
    func attach(_ path: String, _ scales: [HDF5Dataset]) throws(HDF5Error) {
      if try group.exists(path) { try group.openDataset(path).attachDimensionScales(scales) }
    }
    let evaluation = try scale(HistoryGroup.evaluation)
    let (epoch, choice) = (try scale("history/epoch"), try scale("whole_test/epoch_choice"))
    for name in ["score", "pass", "test_batch", "epoch_samples", "evaluate_every", "history/best_epoch"] {
      try attach(name, [evaluation])
    }
    for measure in Measures.all {
      try attach("history/\(measure.name)", [evaluation, epoch])
      try attach("whole_test/\(measure.name)", [evaluation, choice])
    }
    if try group.exists("course") {
      let moment = try scale("course/moment")
      for name in ["epoch", "step"] { try attach("course/\(name)", [moment]) }
      for measure in Measures.all { try attach("course/\(measure.name)", [evaluation, moment]) }
    }
    try attach("history/discriminator_redraws", [epoch])
    try attach("history/validation_loss", [epoch])
    if try group.exists("history/losses") {
      for loss in try group.openGroup("history/losses").children() {
        try attach("history/losses/\(loss.name)", [epoch])
      }
    }
    guard !scores.isEmpty else { return }
    let samples = try scale("sample_index")
    _ = try scale("class_names")
    for name in ["labels", "class_index", fileName] { try attach(name, [samples]) }
    for name in scores { try attach(name, [evaluation, samples]) }
  }
}
