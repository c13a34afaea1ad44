import Images
import NeuralNetworks
import Settings

/// What a trained detector consists of: its networks with their weights, and whatever else scoring needs. The memory
/// for training and scoring belongs to the trainer and the evaluator.
protocol DetectorModel {
  associatedtype Settings: EpochTrainedRecord
  associatedtype Trainer: ModelTrainer
  associatedtype ModelEvaluator: Evaluator

  /// Makes the untrained model, with weights drawn from the setup's seed.
  init(_ setup: DetectorSetup<Settings>)

  /// All tensors that training changes and scoring needs, as stored in results and checkpoints.
  var places: [TensorPlace] { get }

  func trainer(_ setup: DetectorSetup<Settings>) -> Trainer

  /// - Parameter batchSize: the maximum number of images per batch.
  func evaluator(_ setup: DetectorSetup<Settings>, batchSize: Int) -> ModelEvaluator
}

/// Trains a model step by step; owns the gradients, optimizers and activations.
protocol ModelTrainer: AnyObject {
  /// What a step asks its engine to measure.
  associatedtype Measures

  /// The loss terms, at most 8, whose means are reported for each epoch.
  static var lossNames: [String] { get }

  /// The model's networks, in the order in which checkpoints store their moments.
  var networks: [TrainedNetwork] { get }
  /// Networks that training needs but scoring does not; checkpoints store their weights as well.
  var auxiliaryNetworks: [TrainedNetwork] { get }
  /// Further counts for checkpoints, by name.
  var counts: [String: Int] { get set }

  /// How training images are divided into batches.
  var batches: BatchRule { get }

  /// The passes over the training images that make up an epoch, numbered from 1.
  func passes(ofEpoch epoch: Int) -> [ImagePass]

  /// Prepares for an epoch, or for the rest of one.
  func begin(epoch: Int, on images: ImageSelection)

  /// Takes one optimization step, without waiting for its losses.
  func step(_ batch: TrainingBatch) -> Measures

  /// Waits for what a step has measured, and judges it.
  func result(_ measures: Measures) -> StepResult

  /// Reinitializes a network, if `result` has found that the step of this batch needs it.
  ///
  /// - Throws: `TrainingFailure` when training has failed.
  func reinitialize(after batch: TrainingBatch) throws(TrainingFailure)
}

/// A trainer that runs on the processor alone, and knows a step's losses when it ends.
extension ModelTrainer where Measures == StepResult {
  func result(_ measures: StepResult) -> StepResult { measures }
}

extension ModelTrainer {
  var auxiliaryNetworks: [TrainedNetwork] { [] }

  var counts: [String: Int] {
    get { [:] }
    set {}
  }

  func passes(ofEpoch epoch: Int) -> [ImagePass] {
    [ImagePass(name: "epoch \(epoch)", lossNames: Self.lossNames)]
  }

  func begin(epoch: Int, on images: ImageSelection) {}

  func reinitialize(after batch: TrainingBatch) {}
}
