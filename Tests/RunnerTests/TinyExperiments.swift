import Datasets
import Diagnostics
import Foundation
import HDF5
import Kernels
import Results
import Runner
import Specs
import Testing

/// The embedded digits with a network so small that a run takes a second: two classes, one seed, two epochs.
func tinyExperiment(_ overrides: String...) throws -> Experiment {
  try tinyExperiment(overrides: overrides)
}

func tinyExperiment(overrides: [String]) throws -> Experiment {
  let text = """
    dataset: {name: digits, side: 32}
    held_out: [0, 1]
    detector: {name: ganomaly, width: 2, latent_size: 4, epochs: 2, batch_size: 64}
    seeds: [0]
    """
  return try Experiment.parse(text: text, path: "experiments/tiny.yaml", overrides: overrides)
}

/// No folder but this one is searched for data.
func plan(_ experiment: Experiment, in results: String, data: String? = nil) throws -> Plan {
  let candidates = data.map { [DataSearchPath.Candidate($0, .environment)] } ?? []
  return try Plan(experiment, data: DataSearchPath(candidates: candidates), results: results)
}

/// Runs what is missing.
///
/// - Returns: the failures that stand, and the runs that were started.
@discardableResult
func execute(
  _ plan: Plan, threads: Int = 2, kernels: KernelSet = .fast, options: RunnerOptions = RunnerOptions(),
  listener: @escaping (RunnerEvent) throws -> Void = { _ in }
) throws -> (failures: [FailedRun], started: [IdentifiedRun]) {
  var started: [IdentifiedRun] = []
  let runner = ExperimentRunner(
    plan, context: ComputeContext(threads: threads, kernels: kernels), options: options
  ) { event in
    if case .runStarted(let run, _, _, _, _, _) = event { started.append(run) }
    try listener(event)
  }
  let failures = try runner()
  return (failures, started)
}

func runPath(_ run: IdentifiedRun, in results: String, experiment: String = "tiny") -> String {
  RunFile.path(results: results, experiment: experiment, identifier: run.identifier)
}

/// What a run file says of scores, read with nothing but HDF5.
struct StoredRun {
  let group: HDF5Group
  let material: HDF5Group
  let sampleIndex: [Int]
  let isAnomalous: [Bool]
  let classIndex: [Int]
  let classNames: [String]
  let evaluations: [String]
  /// After the last epoch, by evaluation.
  let scores: [[Float]]
  let bestScores: [[Float]]
  let bestEpoch: [Int]
  /// By evaluation and epoch.
  let auroc: [[Double]]
  let rows: [(heldOut: String, auroc: Double)]

  init(_ path: String) throws {
    let root = try HDF5File.open(path).root
    group = try root.openGroup("run")
    material = try root.openGroup("material")
    sampleIndex = try group.openDataset("sample_index").read(Int.self).values
    isAnomalous = try group.openDataset("labels").read(UInt8.self).values.map { $0 == 1 }
    classIndex = try group.openDataset("class_index").read(Int.self).values
    classNames = try group.openDataset("class_names").readStrings().values
    evaluations = try group.openDataset("evaluation").readStrings().values
    scores = rowsOf(try group.openDataset("scores").read(Float.self))
    bestScores = rowsOf(try group.openDataset("best_scores").read(Float.self))
    bestEpoch = try group.openDataset("history/best_epoch").read(Int.self).values
    auroc = rowsOf(try group.openDataset("history/auroc").read(Double.self))
    let record = try RunFile.record(in: path)
    rows = try record.rows(record.run.headlineView).map { ($0.heldOut, $0.measures.auroc) }
  }
}

/// The rows of a matrix.
func rowsOf<Number>(_ matrix: (values: [Number], shape: [Int])) -> [[Number]] {
  let columns = matrix.shape[1]
  return (0..<matrix.shape[0]).map { Array(matrix.values[$0 * columns..<($0 + 1) * columns]) }
}

/// AUROC by its definition: the share of (anomalous, normal) pairs in the right order, a tie counting half.
func countedArea(_ scores: [Float], _ isAnomalous: [Bool]) -> Double {
  var won = 0.0
  var pairs = 0.0
  for anomalous in scores.indices where isAnomalous[anomalous] {
    for normal in scores.indices where !isAnomalous[normal] {
      pairs += 1
      won += scores[anomalous] > scores[normal] ? 1 : scores[anomalous] == scores[normal] ? 0.5 : 0
    }
  }
  return won / pairs
}
