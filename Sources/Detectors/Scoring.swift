import Images
import Settings

/// Scores of samples: one array for each score the detector computes, under the names its settings define.
public struct Scores: Sendable, Equatable {
  /// One score per sample, by the name of the score.
  public var byName: [String: [Float]]

  /// - Parameter byName: one score per sample, by the name of the score.
  public init(_ byName: [String: [Float]]) { self.byName = byName }

  /// Appends the scores of further samples.
  public mutating func append(_ other: Scores) {
    for (name, values) in other.byName { byName[name, default: []] += values }
  }
}

/// Scores one batch at a time; see `AnomalyDetector.evaluator(batchSize:)`.
public protocol Evaluator: AnyObject {
  /// The maximum number of images per batch.
  var batchSize: Int { get }

  /// Whether a score with running statistics must depend on its image alone, to the last bit, not on the batch's other
  /// images, its size or the image's position. Otherwise scores match those of stored results: batches of fewer than 8
  /// images use kernels of their own, and random draws depend on the image's position in the store.
  var isolatesImages: Bool { get set }

  /// Loads a batch.
  ///
  /// - Parameters:
  ///   - indices: the batch, as positions in the image store.
  ///   - batchNorm: whether batch norm uses batch or running statistics.
  func load(_ indices: ArraySlice<Int>, of images: ImageSelection, batchNorm: BatchNormStatistics)

  /// Does the next piece of work on the loaded batch.
  ///
  /// - Returns: nil until the last piece, then the scores of the batch's images, in their order.
  func advance() -> Scores?
}

/// Scores a selection of images piece by piece: the one loop over batches that all detectors share.
///
/// The caller may stop between any two pieces.
public final class Scoring {
  /// The batch size where it does not affect the scores.
  public static let neutralBatchSize = 64

  /// The scores of the finished batches, in the order of the images.
  public private(set) var scores = Scores([:])
  private let images: ImageSelection
  private let batchNorm: BatchNormStatistics
  private let evaluator: any Evaluator
  /// The number of images in the finished batches.
  private var finished = 0
  private var isInBatch = false

  /// - Parameters:
  ///   - batchNorm: whether batch norm uses batch or running statistics.
  ///   - evaluator: its batch size determines the batches; with batch statistics, that is part of the protocol.
  public init(of images: ImageSelection, batchNorm: BatchNormStatistics, by evaluator: any Evaluator) {
    self.images = images
    self.batchNorm = batchNorm
    self.evaluator = evaluator
  }

  /// Whether all images are scored.
  public var isFinished: Bool { finished == images.count }

  /// Does the next piece: usually a whole batch, less for detectors that take long over one.
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
  /// A `Scoring` of the images, in the order given, to be advanced piece by piece.
  ///
  /// - Parameters:
  ///   - batchNorm: whether batch norm uses batch or running statistics.
  ///   - batchSize: images per batch; with batch statistics, part of the protocol.
  public func scoring(
    of images: ImageSelection, batchNorm: BatchNormStatistics, batchSize: Int
  ) -> Scoring {
    Scoring(
      of: images, batchNorm: batchNorm, by: evaluator(batchSize: min(batchSize, max(1, images.count))))
  }

  /// Prepares to score images with running statistics, in the order given, each bit for bit as if it were scored alone.
  public func scoringEachAlone(_ images: ImageSelection) -> Scoring {
    let evaluator = evaluator(batchSize: min(Scoring.neutralBatchSize, max(1, images.count)))
    evaluator.isolatesImages = true
    return Scoring(of: images, batchNorm: .running, by: evaluator)
  }

  /// Scores images with running statistics, in the order given, each bit for bit as if it were scored alone.
  public func scoreEachAlone(_ images: ImageSelection) -> Scores {
    let scoring = scoringEachAlone(images)
    while !scoring.isFinished { scoring.advance() }
    return scoring.scores
  }

  /// Scores all images, in the order given.
  public func score(_ images: ImageSelection, batchNorm: BatchNormStatistics, batchSize: Int) -> Scores {
    let scoring = scoring(of: images, batchNorm: batchNorm, batchSize: batchSize)
    while !scoring.isFinished { scoring.advance() }
    return scoring.scores
  }
}
