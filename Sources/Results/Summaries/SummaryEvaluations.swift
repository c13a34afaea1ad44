import Diagnostics
import HDF5

/// AUROC of every evaluation of a summary's trained detectors: each score and pass, at each choice of epoch.
public struct SummaryEvaluations: Sendable, Equatable {
  /// AUROC of one evaluation.
  public struct Area: Sendable, Equatable {
    /// Such as `squared-l2`.
    public var score: String
    /// Such as `batch-shuffled`; empty for detectors with a single pass.
    public var pass: String
    /// `last`, `best-on-test` or another choice of epoch.
    public var epoch: String
    /// `[detector][class][seed]`; nil where there is no run.
    public var values: [[[Double?]]]

    public init(score: String, pass: String, epoch: String, values: [[[Double?]]]) {
      self.score = score
      self.pass = pass
      self.epoch = epoch
      self.values = values
    }
  }

  /// In the summary's order of score and pass, the headline's first; within each, the last epoch first.
  public var areas: [Area]

  public init(_ areas: [Area]) { self.areas = areas }

  /// Reads `/evaluations` of a summary file.
  ///
  /// - Throws: `Problem` if there is no such file or it is not one of ours.
  public static func read(from path: String) throws -> SummaryEvaluations {
    let root = try FileSchema.summary.open(path)
    do { return try SummaryEvaluations(root.openGroup(EvaluationTables.group)) } catch {
      throw FileSchema.summary.problem(error)
    }
  }

  private init(_ group: HDF5Group) throws(HDF5Error) {
    let scores = try group.openDataset("score").readStrings().values
    let passes = try group.openDataset("pass")
    let words = try passes.readStrings().values
    guard words.count == scores.count else {
      throw passes.refusal("it does not have \(scores.count) evaluations")
    }
    let tables = try group.names().filter { $0.hasPrefix(EvaluationTables.prefix) }
    let last = tables.filter { $0 == "\(EvaluationTables.prefix)last" }
    var byEpoch: [(epoch: String, values: [[[[Double?]]]])] = []
    for table in last + tables.filter({ !last.contains($0) }).sorted() {
      let dataset = try group.openDataset(table)
      let (values, shape) = try dataset.read(Double.self)
      guard shape.count == 4, shape[0] == scores.count else {
        throw dataset.refusal(
          "its shape is not that of \(scores.count) evaluations by detector, class and seed")
      }
      let epoch = table.dropFirst(EvaluationTables.prefix.count).replacing("_", with: "-")
      byEpoch.append((String(epoch), Self.nested(values, shape)))
    }
    areas = scores.indices.flatMap { position in
      byEpoch.map { epoch, values in
        Area(score: scores[position], pass: words[position], epoch: epoch, values: values[position])
      }
    }
  }

  private static func nested(_ flat: [Double], _ shape: [Int]) -> [[[[Double?]]]] {
    var position = 0
    func next() -> Double? {
      defer { position += 1 }
      return flat[position].isNaN ? nil : flat[position]
    }
    return (0..<shape[0]).map { _ in
      (0..<shape[1]).map { _ in (0..<shape[2]).map { _ in (0..<shape[3]).map { _ in next() } } }
    }
  }
}

/// `/evaluations` of a summary: for each choice of epoch, AUROC by evaluation, detector, class and seed.
enum EvaluationTables {
  static let group = "evaluations"
  static let prefix = "auroc_"
  /// How many of a run's last epochs are averaged.
  private static let lastEpochs = 3

  /// The data sets, and the value that each takes from a score's record.
  static let all: [(name: String, area: @Sendable (ScoreRecord) -> Double)] = [
    ("\(prefix)last", { $0.last?.auroc ?? .nan }), ("\(prefix)best_on_test", { $0.best?.auroc ?? .nan }),
    ("\(prefix)mean_of_last_\(lastEpochs)", meanOfLast),
  ]

  /// The mean over the last epochs, or all if there are fewer, on the samples that epochs are evaluated on: no epoch is
  /// chosen. NaN if one of them was not evaluated.
  private static func meanOfLast(_ score: ScoreRecord) -> Double {
    let end = score.measures.suffix(lastEpochs)
    return end.isEmpty ? .nan : end.reduce(0) { $0 + $1.auroc } / Double(end.count)
  }

  /// Writes the labels of the first dimension.
  @discardableResult
  static func writeNames(
    _ names: [(label: String, score: String, pass: String)], to group: HDF5Group
  ) throws(HDF5Error) -> HDF5Dataset {
    let evaluation = try group.write(names.map(\.label), to: "evaluation")
    try evaluation.makeDimensionScale(named: "evaluation")
    try group.write(names.map(\.score), to: "score").attachDimensionScales([evaluation])
    try group.write(names.map(\.pass), to: "pass").attachDimensionScales([evaluation])
    return evaluation
  }
}

extension Problem {
  /// A summary without any evaluation, since its runs are missing or have failed.
  public static func nothingEvaluated(at path: String, _ experiment: String) -> Problem {
    Problem(
      .missingInput, at: path, "no run has been evaluated",
      hint: "`ganomaly status \(experiment)` shows which are missing or failed")
  }
}
