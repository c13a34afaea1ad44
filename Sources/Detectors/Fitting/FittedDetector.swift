import Diagnostics
import Images
import Kernels
import Settings

/// What a detector knows that is fitted at once, and that scores each image by itself, whatever others are in its
/// batch.
protocol FittedModel {
  associatedtype Settings: DetectorRecord

  /// Begins a fit.
  ///
  /// - Throws: `Problem` when these images allow none.
  init(fitting images: ImageSelection, _ setup: DetectorSetup<Settings>) throws(Problem)

  /// Does the next part of a fit that takes long, so that a wish to stop need not wait for all of it.
  ///
  /// - Returns: whether nothing was left to do.
  mutating func continueFit(to images: ImageSelection, _ setup: DetectorSetup<Settings>) -> Bool

  /// From what `tensors` gave.
  ///
  /// - Throws: `Problem` when something is missing or does not fit the settings.
  init(_ tensors: StoredTensors, _ setup: DetectorSetup<Settings>) throws(Problem)

  /// Everything that scoring needs.
  var tensors: [NamedTensor] { get }

  /// The scores of images, by name.
  func scores(of images: ImageSelection, _ setup: DetectorSetup<Settings>) -> [String: [Float]]
}

extension FittedModel {
  func continueFit(to images: ImageSelection, _ setup: DetectorSetup<Settings>) -> Bool { true }
}

/// A fitted model that rebuilds images.
protocol RebuildingModel: FittedModel {
  /// The images as the model rebuilds them, as bytes in a store's order.
  func rebuild(_ images: ImageSelection, _ setup: DetectorSetup<Settings>) -> [UInt8]
}

/// A detector that is fitted at once: in one epoch of one step, done in parts where it takes long.
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

  func advance() throws(Problem) -> TrainingAdvance {
    switch fit {
    case .none: preconditionFailure("no epoch is in progress")
    case .begun(let images): return proceed(try Model(fitting: images, setup), on: images)
    case .underWay(let images, let model): return proceed(model, on: images)
    case .done(let images):
      fit = .none
      return .epochEnd(EpochReport(losses: [], images: images, redraws: 0))
    }
  }

  /// What was fitted before is forgotten when the new fit is complete.
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

  /// Scores in blocks of 2,048 images, which bound the memory; batches mean nothing here.
  func evaluator(batchSize: Int) -> any Evaluator { FittedEvaluator(fitted, setup) }

  /// - Precondition: the detector is fitted.
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

extension FittedDetector: Reconstructing where Model: RebuildingModel {
  func reconstruct(_ images: ImageSelection) -> ImageStore {
    ImageStore(shape: setup.image, bytes: fitted.rebuild(images, setup))
  }
}

private final class FittedEvaluator<Model: FittedModel>: Evaluator {
  /// Images that are scored at once where each is isolated: matrix products may round otherwise in other shapes.
  private static var isolatedCount: Int { 64 }

  var isolatesImages = false
  var batchSize: Int { isolatesImages ? Self.isolatedCount : 2048 }
  private let model: Model
  private let setup: DetectorSetup<Model.Settings>
  private var block: ImageSelection?
  /// Of the block, without those that only fill it up.
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
  /// Some of the images, by their places in the selection.
  func selecting(_ places: [Int]) -> ImageSelection {
    ImageSelection(store, indices: places.map { indices[$0] }, scale: scale)
  }
}
