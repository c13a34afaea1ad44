import Detectors
import Diagnostics
import Exchange
import Foundation
import Images
import Kernels
import NeuralNetworks
import Results
import Settings
import Specs

/// A form in which a trained detector is taken elsewhere.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// One file that ONNX runtimes score with.
  case onnx
  /// The weights alone.
  case safetensors
  /// The weights, and beside them a Python file that scores with PyTorch.
  case pytorch

  var fileEnd: String {
    switch self {
    case .onnx: ".onnx"
    case .safetensors, .pytorch: ".safetensors"
    }
  }
}

/// The trained detector of a run file, to be written in other programs' formats.
public struct RunExport {
  private let runFile: String
  private let record: RunRecord
  private let shape: ImageShape
  private let detector: any AnomalyDetector
  private let weights: ForeignWeights

  /// - Throws: `Problem` when it is no run file, or its detector has no networks.
  public init(runFile path: String, context: ComputeContext) throws {
    runFile = path
    record = try RunFile.record(in: path)
    var run = record.run
    guard run.detector.record is any EpochTrainedRecord else {
      throw Problem(
        .usage, at: path,
        "the detector '\(run.detector.name)' is fitted at once and has no network to export",
        hint: "`ganomaly score` scores images with it")
    }
    // What is exported is the same, whatever has computed it.
    run.engine = .cpu
    shape = ImageShape(channels: run.dataset.channels, height: run.dataset.side, width: run.dataset.side)
    detector = try TrainedRun.detector(of: run, shape: shape, runFile: path, context: context, engine: nil)
    weights = ForeignWeights(detector)
  }

  private var run: Run { record.run }
  private var score: String { run.detector.record.scoreNames(run.evaluation)[0] }

  private var metadata: [(key: String, value: String)] {
    [
      ("run", record.identifier), ("detector", run.detector.name), ("score", score),
      ("input_range", run.evaluation.inputRange.rawValue),
      ("image_shape", "\(shape.channels),\(shape.height),\(shape.width)"),
      ("program", "ganomaly \(BuildInformation.shortDescription)"),
    ]
  }

  /// Where a format is written to unless the user says so: beside the run file.
  public func defaultPath(_ format: ExportFormat) -> String {
    let end = ".h5"
    return (runFile.hasSuffix(end) ? String(runFile.dropLast(end.count)) : runFile) + format.fileEnd
  }

  /// Writes the detector.
  ///
  /// - Parameter path: the file; of several, the one with the weights.
  /// - Returns: the files that were written.
  /// - Throws: `Problem` when the detector cannot be written in this format, or the file cannot be written.
  public func write(_ format: ExportFormat, to path: String) throws -> [String] {
    switch format {
    case .onnx:
      let numbers = Dictionary(uniqueKeysWithValues: detector.weights.map { ($0.name, $0.values) })
      let model = ONNXModel(
        try requireGraph(), weights: numbers, metadata: metadata,
        producer: ("ganomaly", BuildInformation.shortDescription))
      return [try write(model.bytes, to: path)]
    case .safetensors: return [try write(file.bytes, to: path)]
    case .pytorch:
      let name = (path as NSString).lastPathComponent
      let weightsPath = try write(file.bytes, to: path)
      guard let graph else { return [weightsPath] }
      let script = PyTorchScript(graph, names: weights.names, weightsFile: name, metadata: metadata)
      let end = format.fileEnd
      let scriptPath = (path.hasSuffix(end) ? String(path.dropLast(end.count)) : path) + ".py"
      return [weightsPath, try write(Array(script.text.utf8), to: scriptPath)]
    }
  }

  /// The weights, with what else scoring needs.
  private var file: Safetensors {
    let constants = (graph?.constants ?? []).map {
      Safetensors.Tensor($0.name, shape: $0.shape, .floats($0.values))
    }
    return Safetensors(
      weights.tensors(steps: steps) + constants,
      metadata: Dictionary(uniqueKeysWithValues: metadata.map { ($0.key, $0.value) }))
  }

  /// Of our own training.
  private var steps: Int {
    guard run.imported == nil, let batch = run.detector.record.imagesPerStep else { return 0 }
    return run.detector.epochs * (record.trainingImages / batch)
  }

  /// How the detector scores; nil for one whose score is no single pass.
  private var graph: ScoringGraph? {
    (detector as? any GraphScoring)?.scoringGraph(
      of: score, scale: PixelScale(run.evaluation.inputRange))
  }

  private func requireGraph() throws(Problem) -> ScoringGraph {
    if let graph { return graph }
    throw Problem(
      .usage, at: runFile,
      "the detector '\(run.detector.name)' searches a latent vector for each image by steps of an optimizer, which "
        + "ONNX cannot express",
      hint: "export its weights with --format safetensors, or score with `ganomaly score`")
  }

  private func write(_ bytes: [UInt8], to path: String) throws -> String {
    try OutputFile.require(path, option: "--output")
    let hint = "give another file with --output"
    try createFolders(to: parentFolder(of: path), hint: hint)
    do {
      try AtomicFile.write(path) { temporary in
        do { try Data(bytes).write(to: URL(fileURLWithPath: temporary)) } catch {
          throw Problem(
            .inputOutput, at: temporary, "cannot be written: \(systemReason(error))", hint: hint)
        }
      }
    } catch var problem as Problem {
      problem.hint = problem.hint.replacing("--results", with: "--output")
      throw problem
    }
    return path
  }
}
