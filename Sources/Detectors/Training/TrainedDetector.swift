import Diagnostics
import Images
import Kernels
import Settings

/// A detector trained step by step: a model, the trainer that changes it, and the evaluators that score with it.
///
/// The trainer is created lazily, so a detector that only scores holds no gradients, moments or training activations.
final class TrainedDetector<Model: DetectorModel>: SetUpDetector {
  let setup: DetectorSetup<Model.Settings>
  let model: Model
  private(set) lazy var trainer = model.trainer(setup)
  let course: EpochCourse
  /// Of the state before a block of steps.
  private(set) lazy var backup = TrainingBackup(of: statePlaces.buffers, networks, engine: engine)

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

  func advance(atMost steps: Int) throws(TrainingFailure) -> TrainingAdvance {
    let length = min(steps, engine.stepsAhead)
    if length > 1 { return try advance(block: length) }
    guard let batch = course.nextBatch() else { return .epochEnd(course.end()) }
    return .step(try finish(trainer.result(trainer.step(batch)), of: batch))
  }

  /// Does what a step's result asks for, and records it.
  func finish(_ result: StepResult, of batch: TrainingBatch) throws(TrainingFailure) -> StepReport {
    if result.needsReinitialization { try trainer.reinitialize(after: batch) }
    return try course.record(result, of: batch)
  }

  func evaluator(batchSize: Int) -> any Evaluator { modelEvaluator(batchSize: batchSize) }

  func modelEvaluator(batchSize: Int) -> Model.ModelEvaluator {
    model.evaluator(setup, batchSize: batchSize)
  }

  var weights: [NamedTensor] { model.places.tensors }

  func load(weights: [NamedTensor]) throws(Problem) { try model.places.load(weights) }
}

extension TrainedDetector: Resumable {
  var stepsInEpoch: Int { course.progress.steps }

  private var networks: [TrainedNetwork] { trainer.networks + trainer.auxiliaryNetworks }

  private var statePlaces: [TensorPlace] {
    model.places + trainer.auxiliaryNetworks.flatMap(\.weightPlaces) + networks.flatMap(\.momentPlaces)
  }

  /// The weights under their names in `weights`; Adam's two moments of each network as `network/adam.moment`, flat.
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

// MARK: - Optional abilities of evaluators

/// An evaluator that reconstructs images.
protocol RebuildingEvaluator: Evaluator {
  /// Reconstructs the images of the loaded batch; returns bytes in an image store's order.
  func rebuild() -> [UInt8]
}

/// An evaluator that extracts features.
protocol FeatureEvaluator: Evaluator {
  /// The number of features of one image.
  var featureCount: Int { get }

  /// One row of features per image of the loaded batch.
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
  /// Concatenates an evaluator's results over all images, with running statistics.
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
