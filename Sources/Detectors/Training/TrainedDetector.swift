import Diagnostics
import Images
import Kernels
import Settings

/// A detector that is trained by steps: a model with the trainer that changes it and the evaluators that score with it.
///
/// The trainer is made when it is first needed, so that a detector that only scores has no memory for gradients,
/// moments and the activations of training.
final class TrainedDetector<Model: DetectorModel>: SetUpDetector {
  let setup: DetectorSetup<Model.Settings>
  let model: Model
  private(set) lazy var trainer = model.trainer(setup)
  private let course: EpochCourse

  init(_ setup: DetectorSetup<Model.Settings>) {
    self.setup = setup
    model = Model(setup)
    course = EpochCourse(seed: setup.seed, lossNames: Model.Trainer.lossNames)
  }

  var settings: Model.Settings { setup.settings }
  var image: ImageShape { setup.image }
  var engine: any Engine { setup.engine }

  // MARK: - AnomalyDetector

  var epochs: Int { settings.epochs }

  /// - Precondition: the images make at least one batch.
  func begin(epoch: Int, on images: ImageSelection) {
    trainer.begin(epoch: epoch, on: images)
    course.begin(
      epoch: epoch, trainer.passes(ofEpoch: epoch), on: images, batches: trainer.batches)
  }

  func advance() throws(TrainingFailure) -> TrainingAdvance {
    guard let batch = course.nextBatch() else { return .epochEnd(course.end()) }
    return .step(try course.record(try trainer.step(batch), of: batch))
  }

  func evaluator(batchSize: Int) -> any Evaluator { modelEvaluator(batchSize: batchSize) }

  func modelEvaluator(batchSize: Int) -> Model.ModelEvaluator {
    model.evaluator(setup, batchSize: batchSize)
  }

  var weights: [NamedTensor] { model.places.tensors }

  func load(weights: [NamedTensor]) throws(Problem) { try model.places.load(weights) }
}

extension TrainedDetector: Resumable {
  var position: TrainingPosition { course.position }

  private var networks: [TrainedNetwork] { trainer.networks + trainer.auxiliaryNetworks }

  private var statePlaces: [TensorPlace] {
    model.places + trainer.auxiliaryNetworks.flatMap(\.weightPlaces) + networks.flatMap(\.momentPlaces)
  }

  /// The weights as `weights` names them; Adam's two moments of each network as `network/adam.moment`, flat.
  var state: DetectorState {
    var counts = course.progress.counts
    for network in networks { counts[network.stepCountName] = network.adam.stepCount }
    return DetectorState(
      tensors: statePlaces.tensors, counts: counts.merging(trainer.counts) { first, _ in first },
      sums: course.progress.sums(named: course.lossNames))
  }

  func restore(_ state: DetectorState) throws(Problem) {
    let progress = try EpochProgress(state, lossNames: course.lossNames)
    var stepCounts: [Int] = []
    for network in networks { stepCounts.append(try state.count(network.stepCountName)) }
    var counts: [String: Int] = [:]
    for name in trainer.counts.keys { counts[name] = try state.count(name) }
    try statePlaces.load(state.tensors)
    for (network, stepCount) in zip(networks, stepCounts) { network.adam.restore(stepCount: stepCount) }
    trainer.counts = counts
    course.resume(from: progress)
  }
}

// MARK: - What some evaluators can do besides

/// Rebuilds the images of a batch.
protocol RebuildingEvaluator: Evaluator {
  /// The images of the batch that was loaded, as the model rebuilds them, as bytes in a store's order.
  func rebuild() -> [UInt8]
}

/// Finds features of the images of a batch.
protocol FeatureEvaluator: Evaluator {
  /// Numbers in one image's features.
  var featureCount: Int { get }

  /// One row of features for each image of the batch that was loaded.
  func findFeatures() -> [Float]
}

extension TrainedDetector: Reconstructing where Model.ModelEvaluator: RebuildingEvaluator {
  func reconstruct(_ images: ImageSelection) -> ImageStore {
    ImageStore(shape: image, bytes: results(of: images) { $0.rebuild() })
  }
}

extension TrainedDetector: FeatureExtracting where Model.ModelEvaluator: FeatureEvaluator {
  var featureCount: Int { modelEvaluator(batchSize: 1).featureCount }

  func features(_ images: ImageSelection) -> [Float] { results(of: images) { $0.findFeatures() } }
}

extension TrainedDetector {
  /// What an evaluator finds in all images, with running statistics.
  private func results<Element>(
    of images: ImageSelection, _ find: (Model.ModelEvaluator) -> [Element]
  ) -> [Element] {
    let evaluator = modelEvaluator(batchSize: Scoring.neutralBatchSize)
    var results: [Element] = []
    for indices in images.batches(of: evaluator.batchSize) {
      evaluator.load(indices, of: images, batchNorm: .running)
      results += find(evaluator)
    }
    return results
  }
}
