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

  private let context: ComputeContext

  /// A good number of files to decode and score at a time; it does not affect the scores.
  public static let filesAtOnce = 512

  /// Reads the settings and the weights of a run file.
  ///
  /// - Parameter engine: opens the engine of a run that does not compute on the processor.
  /// - Throws: `Problem` if it is not a run file, or if its weights do not fit its settings.
  public init(
    runFile path: String, context: ComputeContext, engine: EngineFactory = { nil }
  ) throws {
    let record = try RunFile.record(in: path)
    run = record.run
    self.context = context
    normalScores = record.normalScores[run.detector.record.scoreNames(run.evaluation)[0]] ?? []
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
    let weights = try RunFile.weights(in: path)
    let detector = makeDetector(for: run, image: shape, context: context, engine: engine)
    try detector.load(weights, from: path)
    return detector
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
        "the run's own number is from its best epoch on the test set; the weights are from the last epoch"
    }
    return nil
  }

  /// Ascending scores of normals that did not train: those that the run held out, unless `calibrate` replaced them;
  /// empty if there are none.
  public private(set) var normalScores: [Float]

  /// Replaces the held-out normals by others, read from files.
  ///
  /// - Parameter skippingUnreadable: whether to go on without the files that cannot be read.
  /// - Returns: the skipped files.
  /// - Throws: the `Problem` of the first file that cannot be read.
  public mutating func calibrate(
    onFiles paths: [String], skippingUnreadable: Bool = false
  ) throws(Problem) -> [String] {
    var scores: [Float] = []
    var skipped: [String] = []
    for (path, file) in zip(paths, score(files: paths)) {
      switch file {
      case .scored(let image): scores.append(image.score)
      case .unreadable(let problem):
        guard skippingUnreadable else { throw problem }
        skipped.append(path)
      }
    }
    normalScores = scores.sorted()
    return skipped
  }

  /// An image with its score.
  public struct ScoredImage: Sendable {
    /// The headline score, with running statistics; higher is more anomalous.
    public let score: Float
    /// As the detector takes it: `shape.count` bytes.
    public let image: ArraySlice<UInt8>
    /// The detector's reconstruction; nil if not requested, or if the detector does not reconstruct images.
    public let reconstruction: ArraySlice<UInt8>?
  }

  /// The result for one image file.
  public enum ScoredFile: Sendable {
    case scored(ScoredImage)
    /// The file cannot be read or is not an image.
    case unreadable(Problem)
  }

  /// Whether the detector reconstructs images, which error maps need.
  public var rebuildsImages: Bool { detector is any Reconstructing }

  /// Scores images in the given order. All threads decode.
  ///
  /// - Parameters:
  ///   - paths: image files, read as the run's data set was, best some `filesAtOnce`.
  ///   - rebuilding: whether to return reconstructions as well.
  public func score(files paths: [String], rebuilding: Bool = false) -> [ScoredFile] {
    let decoded = context.map(paths.count) { index, _ -> Result<[UInt8], Problem> in
      Result { () throws(Problem) in try ImageFile.load(paths[index], as: run.dataset) }
    }
    let images = ImageStore(shape: shape, bytes: decoded.flatMap { (try? $0.get()) ?? [] })
    let selection = ImageSelection(
      images, indices: Array(0..<images.count), scale: PixelScale(run.evaluation.inputRange))
    let scores = images.count > 0 ? self.scores(of: selection) : []
    let rebuilt =
      rebuilding && images.count > 0 ? (detector as? any Reconstructing)?.reconstruct(selection) : nil
    var position = 0
    return decoded.map { file in
      if case .failure(let problem) = file { return .unreadable(problem) }
      defer { position += 1 }
      guard scores[position].isFinite else {
        return .unreadable(
          Problem(
            .badData, at: paths[position], "its score is \(scores[position])",
            hint: "the detector's weights are not finite: train it again"))
      }
      return .scored(
        ScoredImage(
          score: scores[position], image: images[position], reconstruction: rebuilt.map { $0[position] }))
    }
  }

  private func scores(of images: ImageSelection) -> [Float] {
    guard let values = detector.scoreEachAlone(images).byName[scoreName] else {
      preconditionFailure("\(run.detector.name) has no score '\(scoreName)'")
    }
    return values
  }

  private var scoreName: String { run.detector.record.scoreNames(run.evaluation)[0] }
}
