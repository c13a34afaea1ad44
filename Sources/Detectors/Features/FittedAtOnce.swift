import Diagnostics
import Images
import Settings

/// A detector that is fitted in one go, and that scores each image by itself, whatever others are in its batch.
public protocol FittedAtOnce: InterimTrained {
  var toFit: ImageSelection? { get set }
  var count: Int { get set }
  /// What it is made of.
  associatedtype Record: DetectorRecord
  var settings: Record { get }

  /// Fits the detector; what was fitted before is forgotten.
  ///
  /// - Throws: `Problem` when these images allow no fit.
  func fit(on images: ImageSelection) throws(Problem)

  /// The scores of images, by name.
  ///
  /// - Precondition: the detector is fitted.
  func scores(of images: ImageSelection) -> [String: [Float]]
}

extension FittedAtOnce {
  public var epochs: Int { 1 }

  public func begin(epoch: Int, on images: ImageSelection) throws {
    let (smallest, field) = settings.smallestTrainingSet
    guard images.count >= smallest else {
      throw Problem(
        .runFailed, at: field, "\(images.count) training images are too few: \(smallest) are needed",
        hint: field.isEmpty ? "more images" : "more images, or a smaller `\(field)`")
    }
    (toFit, count) = (images, images.count)
  }

  public func interimAdvance() throws -> TrainingAdvance {
    guard let images = toFit else { return .epochEnd(EpochReport(losses: [], images: count, redraws: 0)) }
    try fit(on: images)
    toFit = nil
    return .step(StepReport(step: 1, steps: 1, images: images.count, losses: []))
  }

  /// In blocks of 2,048 images, which bound the memory; batches mean nothing here.
  public func interimScore(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores {
    var byName: [String: [Float]] = [:]
    for start in stride(from: 0, to: images.count, by: 2048) {
      try beforeBatch()
      let block = ImageSelection(
        images.store, indices: Array(images.indices[start..<min(images.count, start + 2048)]),
        scale: images.scale)
      byName.merge(scores(of: block), uniquingKeysWith: +)
    }
    return Scores(byName)
  }

  /// What is there only after `fit` or `load`.
  func fitted<Model>(_ model: Model?) -> Model {
    guard let model else { preconditionFailure("\(Self.self) is used before it is fitted") }
    return model
  }
}

extension ImageSelection {
  /// Some of the images, by their places in the selection.
  func selecting(_ places: [Int]) -> ImageSelection {
    ImageSelection(store, indices: places.map { indices[$0] }, scale: scale)
  }
}
