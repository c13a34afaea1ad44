import Images
import Settings

/// Scores of samples, one array for each of the detector's ways of scoring, by the names that its settings give.
public struct Scores: Sendable, Equatable {
  public var byName: [String: [Float]]

  public init(_ byName: [String: [Float]]) { self.byName = byName }

  /// Adds the scores of further samples.
  public mutating func append(_ other: Scores) {
    for (name, values) in other.byName { byName[name, default: []] += values }
  }
}

/// Scores one batch after the other; see `AnomalyDetector.evaluator(batchSize:)`.
public protocol Evaluator: AnyObject {
  /// The most images in a batch.
  var batchSize: Int { get }

  /// Whether scores with running statistics are of each image alone, to the last bit, whatever the other images of
  /// the batch, their number and the image's place. Otherwise they are those of stored results: fewer than 8 images
  /// are computed by kernels of their own, and what a score draws at random belongs to the image's place in the store.
  var isolatesImages: Bool { get set }

  /// Loads a batch.
  ///
  /// - Parameters:
  ///   - indices: positions in the images' store.
  ///   - batchNorm: the statistics that batch norm uses.
  func load(_ indices: ArraySlice<Int>, of images: ImageSelection, batchNorm: BatchNormStatistics)

  /// Does the next piece of the work on the loaded batch.
  ///
  /// - Returns: with the last piece, the scores of the batch's images in their order; nil before.
  func advance() -> Scores?
}

/// The scores of some images, worked out piece by piece: the one loop over batches that all detectors share.
///
/// Between two pieces, whoever asks for them may stop.
public final class Scoring {
  /// Images in a batch where the batch has no influence.
  public static let neutralBatchSize = 64

  /// Those of the batches that are finished, in the order of the images.
  public private(set) var scores = Scores([:])
  private let images: ImageSelection
  private let batchNorm: BatchNormStatistics
  private let evaluator: any Evaluator
  /// Images of the finished batches.
  private var finished = 0
  private var isInBatch = false

  /// - Parameters:
  ///   - batchNorm: the statistics that batch norm uses.
  ///   - evaluator: its batch size divides the images into batches; with batch statistics a part of the protocol.
  public init(of images: ImageSelection, batchNorm: BatchNormStatistics, by evaluator: any Evaluator) {
    self.images = images
    self.batchNorm = batchNorm
    self.evaluator = evaluator
  }

  public var isFinished: Bool { finished == images.count }

  /// Does the next piece: mostly a batch, but less where that takes long.
  ///
  /// - Precondition: not finished.
  public func advance() {
    precondition(!isFinished, "all \(images.count) images are scored")
    let range = finished..<min(images.count, finished + evaluator.batchSize)
    if !isInBatch { evaluator.load(images.indices[range], of: images, batchNorm: batchNorm) }
    isInBatch = true
    guard let batch = evaluator.advance() else { return }
    scores.append(batch)
    isInBatch = false
    finished = range.upperBound
  }
}

extension AnomalyDetector {
  /// The scores of images, in the order given, to be pulled piece by piece.
  ///
  /// - Parameters:
  ///   - batchNorm: the statistics that batch norm uses.
  ///   - batchSize: images in a batch; with batch statistics a part of the protocol.
  public func scoring(
    of images: ImageSelection, batchNorm: BatchNormStatistics, batchSize: Int
  ) -> Scoring {
    Scoring(
      of: images, batchNorm: batchNorm, by: evaluator(batchSize: min(batchSize, max(1, images.count))))
  }

  /// The scores of images with running statistics, in the order given, each to the last bit as if it were alone; to be
  /// pulled piece by piece.
  public func scoringEachAlone(_ images: ImageSelection) -> Scoring {
    let evaluator = evaluator(batchSize: min(Scoring.neutralBatchSize, max(1, images.count)))
    evaluator.isolatesImages = true
    return Scoring(of: images, batchNorm: .running, by: evaluator)
  }

  /// The same scores without a pause.
  public func scoreEachAlone(_ images: ImageSelection) -> Scores {
    let scoring = scoringEachAlone(images)
    while !scoring.isFinished { scoring.advance() }
    return scoring.scores
  }

  /// The scores of images, in the order given, without a pause.
  public func score(_ images: ImageSelection, batchNorm: BatchNormStatistics, batchSize: Int) -> Scores {
    let scoring = scoring(of: images, batchNorm: batchNorm, batchSize: batchSize)
    while !scoring.isFinished { scoring.advance() }
    return scoring.scores
  }
}
