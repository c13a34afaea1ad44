import Datasets
import Detectors
import Diagnostics
import Images
import Kernels
import Results
import Settings
import Specs

/// The trained detector of a run file, ready to score new images.
public struct TrainedRun {
  /// The run's settings, as stored in its file.
  public let run: Run
  /// The shape of images that the detector takes.
  public let shape: ImageShape
  private let detector: any AnomalyDetector

  /// A good batch size for scoring; it does not affect the scores, each of which depends on its image alone.
  public static let batchSize = 64

  /// Reads the settings and the weights of a run file.
  ///
  /// - Parameter engine: opens the engine of a run that does not compute on the processor.
  /// - Throws: `Problem` if it is not a run file, or if its weights do not fit its settings.
  public init(
    runFile path: String, context: ComputeContext, engine: EngineFactory = { nil }
  ) throws {
    run = try RunFile.record(in: path).run
    shape = ImageShape(channels: run.dataset.channels, height: run.dataset.side, width: run.dataset.side)
    let tensors = try RunFile.weights(in: path).map {
      NamedTensor(name: $0.name, shape: $0.shape, values: $0.values)
    }
    detector = makeDetector(
      for: run, image: shape, context: context, engine: run.engine == .cpu ? nil : try engine())
    do {
      try detector.load(weights: tensors)
    } catch {
      let place = error.place.isEmpty ? "" : "/\(error.place)"
      throw Problem(error.kind, at: "\(path):/weights\(place)", error.cause, hint: error.hint)
    }
  }

  /// Explains in a sentence how the scores differ from those behind the run's published number; nil if they do not.
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

  /// The result for one image file.
  public enum ScoredFile {
    case score(Float)
    /// The file cannot be read or is not an image.
    case unreadable(Problem)
  }

  /// The headline score of each image, with running statistics, in the given order.
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
