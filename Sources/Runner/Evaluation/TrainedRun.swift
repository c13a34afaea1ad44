import Datasets
import Detectors
import Diagnostics
import Images
import Kernels
import Results
import Settings
import Specs

/// The trained detector of a run file, at work on images that it has never seen.
public struct TrainedRun {
  public let run: Run
  /// The images that the detector takes.
  public let shape: ImageShape
  private let detector: any AnomalyDetector

  /// Images that are best scored together; each score is of its image alone, to the last bit.
  public static let batchSize = 64

  /// Reads the settings and the weights of a run file.
  ///
  /// - Parameter engine: opens what computes the networks of a run that is not the processor's.
  /// - Throws: `Problem` when it is no run file, or when its weights do not belong to its settings.
  public init(
    runFile path: String, context: ComputeContext, engine: EngineFactory = { nil }
  ) throws {
    run = try RunFile.record(in: path).run
    shape = ImageShape(channels: run.dataset.channels, height: run.dataset.side, width: run.dataset.side)
    detector = try Self.detector(
      of: run, shape: shape, runFile: path, context: context, engine: run.engine == .cpu ? nil : try engine())
  }

  /// A detector with the weights of a run file.
  ///
  /// - Parameter run: the file's.
  /// - Throws: `Problem` when the weights do not belong to the run's settings.
  static func detector(
    of run: Run, shape: ImageShape, runFile path: String, context: ComputeContext, engine: (any Engine)?
  ) throws -> any AnomalyDetector {
    let tensors = try RunFile.weights(in: path).map {
      NamedTensor(name: $0.name, shape: $0.shape, values: $0.values)
    }
    let detector = makeDetector(for: run, image: shape, context: context, engine: engine)
    do {
      try detector.load(weights: tensors)
    } catch {
      let place = error.place.isEmpty ? "" : "/\(error.place)"
      throw Problem(error.kind, at: "\(path):/weights\(place)", error.cause, hint: error.hint)
    }
    return detector
  }

  /// How the scores differ from those behind the run's published number, in a sentence; nil where they do not.
  public var difference: String? {
    if run.detector.usesBatchNorm, run.evaluation.batchNorm == .batch {
      return
        "the run's own number is evaluated with batch statistics (\(run.evaluation.headlinePass.rawValue)), "
        + "which depend on the other images of a batch; these scores are with running statistics"
    }
    if run.evaluation.epoch == .bestOnTest {
      return
        "the run's own number is of its best epoch on the test set; the weights are of the last epoch"
    }
    return nil
  }

  /// What became of an image file.
  public enum ScoredFile {
    case score(Float)
    /// It cannot be read, or is no image.
    case unreadable(Problem)
  }

  /// The headline's score of each image, with running statistics, in the order given.
  ///
  /// - Parameter paths: PNG and JPEG files.
  public func scores(ofFiles paths: [String]) -> [ScoredFile] {
    let (images, problems) = ImageFile.load(paths, shape: shape)
    let unreadable = Dictionary(problems.map { ($0.path, $0.problem) }) { first, _ in first }
    var scores = images.count > 0 ? self.scores(of: images)[...] : []
    return paths.map { path in
      unreadable[path].map(ScoredFile.unreadable) ?? .score(scores.removeFirst())
    }
  }

  private func scores(of images: ImageStore) -> [Float] {
    let selection = ImageSelection(
      images, indices: Array(0..<images.count), scale: PixelScale(run.evaluation.inputRange))
    let name = run.detector.record.scoreNames(run.evaluation)[0]
    guard let values = detector.scoreEachAlone(selection).byName[name] else {
      preconditionFailure("\(run.detector.name) gives no score '\(name)'")
    }
    return values
  }
}
