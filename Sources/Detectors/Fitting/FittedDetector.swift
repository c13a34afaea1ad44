import Diagnostics
import Images
import Kernels
import Settings

/// The fitted part of a detector that is fitted in one go and scores each image independently of its batch.
protocol FittedModel {
  associatedtype Settings: DetectorRecord

  /// Begins a fit; `continueFit` completes it.
  ///
  /// - Throws: `Problem` when the model cannot be fitted to these images.
  init(fitting images: ImageSelection, _ setup: DetectorSetup<Settings>) throws(Problem)

  /// Does the next part of a long fit, so that a request to stop need not wait for all of it.
  ///
  /// - Returns: whether the fit is complete.
  mutating func continueFit(to images: ImageSelection, _ setup: DetectorSetup<Settings>) -> Bool

  /// Restores a model from its stored `tensors`.
  ///
  /// - Throws: `Problem` when something is missing or does not fit the settings.
  init(_ tensors: StoredTensors, _ setup: DetectorSetup<Settings>) throws(Problem)

  /// Everything that must be stored for scoring.
  var tensors: [NamedTensor] { get }

  /// The scores of the images, by name.
  func scores(of images: ImageSelection, _ setup: DetectorSetup<Settings>) -> [String: [Float]]

  /// The most bytes that a fit takes, besides the images and copies of them as floats.
  static func fittingBytes(images: Int, _ setup: DetectorSetup<Settings>) -> Int
}

extension FittedModel {
  func continueFit(to images: ImageSelection, _ setup: DetectorSetup<Settings>) -> Bool { true }

  static func fittingBytes(images: Int, _ setup: DetectorSetup<Settings>) -> Int { 0 }
}

/// A fitted model that reconstructs images.
protocol RebuildingModel: FittedModel {
  /// Reconstructs images; returns bytes in an image store's order.
  func rebuild(_ images: ImageSelection, _ setup: DetectorSetup<Settings>) -> [UInt8]
}

/// A detector that is fitted in one go: one epoch of one step, which is split into parts when it takes long.
final class FittedDetector<Model: FittedModel>: SetUpDetector {
  private enum Fit {
    case none
    case begun(ImageSelection)
    case underWay(ImageSelection, Model)
    case done(images: Int)
  }

  let setup: DetectorSetup<Model.Settings>
  private var fit = Fit.none
  /// nil before the first fit.
  private(set) var model: Model?

  init(_ setup: DetectorSetup<Model.Settings>) { self.setup = setup }

  var epochs: Int { 1 }

  func begin(epoch: Int, on images: ImageSelection) throws(Problem) {
    let (smallest, field) = setup.settings.smallestTrainingSet
    guard images.count >= smallest else {
      throw Problem(
        .runFailed, at: field, "\(images.count) training images are too few: \(smallest) are needed",
        hint: field.isEmpty ? "more images" : "more images, or a smaller `\(field)`")
    }
    fit = .begun(images)
  }

  func advance(atMost steps: Int) throws(Problem) -> TrainingAdvance {
    switch fit {
    case .none: preconditionFailure("no epoch is in progress")
    case .begun(let images): return proceed(try Model(fitting: images, setup), on: images)
    case .underWay(let images, let model): return proceed(model, on: images)
    case .done(let images):
      fit = .none
      return .epochEnd(EpochReport(losses: [], images: images, redraws: 0))
    }
  }

  /// Replaces the previous model only once the new fit is complete.
  private func proceed(_ fitted: Model, on images: ImageSelection) -> TrainingAdvance {
    var fitted = fitted
    guard fitted.continueFit(to: images, setup) else {
      fit = .underWay(images, fitted)
      return .part
    }
    model = fitted
    fit = .done(images: images.count)
    return .step(StepReport(step: 1, steps: 1, images: images.count, losses: []))
  }

  /// Scores in blocks of up to 2,048 images to bound the memory; `batchSize` is ignored.
  func evaluator(batchSize: Int) -> any Evaluator { FittedEvaluator(fitted, setup) }

  /// - Precondition: the detector has been fitted.
  fileprivate var fitted: Model {
    guard let model else { preconditionFailure("\(Model.self) is used before it is fitted") }
    return model
  }

  var weights: [NamedTensor] { model?.tensors ?? [] }

  func load(weights: [NamedTensor]) throws(Problem) {
    let tensors = StoredTensors(weights)
    let loaded = try Model(tensors, setup)
    try tensors.requireAllTaken()
    model = loaded
  }
}

extension FittedDetector: FittedAtOnce {
  func fittingBytes(images: Int) -> Int { Model.fittingBytes(images: images, setup) }
}

extension FittedDetector: Reconstructing where Model: RebuildingModel {
  func reconstruct(_ images: ImageSelection) -> ImageStore {
    ImageStore(shape: setup.image, bytes: fitted.rebuild(images, setup))
  }
}

private final class FittedEvaluator<Model: FittedModel>: Evaluator {
  /// The block size for isolated images: fixed, since matrix products of another shape may round differently.
  private static var isolatedCount: Int { 64 }

  var isolatesImages = false
  var batchSize: Int { isolatesImages ? Self.isolatedCount : 2048 }
  private let model: Model
  private let setup: DetectorSetup<Model.Settings>
  private var block: ImageSelection?
  /// The images of the block, without the padding.
  private var count = 0

  init(_ model: Model, _ setup: DetectorSetup<Model.Settings>) {
    self.model = model
    self.setup = setup
  }

  func load(_ indices: ArraySlice<Int>, of images: ImageSelection, batchNorm: BatchNormStatistics) {
    count = indices.count
    let filling = isolatesImages ? Array(repeatElement(indices.last ?? 0, count: batchSize - count)) : []
    block = ImageSelection(images.store, indices: Array(indices) + filling, scale: images.scale)
  }

  func advance() -> Scores? {
    guard let block else { preconditionFailure("no batch is loaded") }
    return Scores(model.scores(of: block, setup).mapValues { Array($0.prefix(count)) })
  }
}

extension ImageSelection {
  /// A subset of the images, given by places in this selection.
  func selecting(_ places: [Int]) -> ImageSelection {
    ImageSelection(store, indices: places.map { indices[$0] }, scale: scale)
  }
}
