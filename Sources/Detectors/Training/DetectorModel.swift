import Images
import NeuralNetworks
import Settings

/// What a trained detector knows: its networks with their weights, and whatever else scoring needs. It holds no memory
/// for training or scoring; these are the trainer's and the evaluator's.
protocol DetectorModel {
  associatedtype Settings: EpochTrainedRecord
  associatedtype Trainer: ModelTrainer
  associatedtype ModelEvaluator: Evaluator

  /// The untrained model, with weights drawn from the setup's seed.
  init(_ setup: DetectorSetup<Settings>)

  /// Everything that training changes and scoring needs, as results and checkpoints keep it.
  var places: [TensorPlace] { get }

  func trainer(_ setup: DetectorSetup<Settings>) -> Trainer

  /// - Parameter batchSize: the most images in a batch.
  func evaluator(_ setup: DetectorSetup<Settings>, batchSize: Int) -> ModelEvaluator
}

/// Trains a model step by step: gradients, optimizers and the activations of training.
protocol ModelTrainer: AnyObject {
  /// The loss terms whose means an epoch reports, at most 8.
  static var lossNames: [String] { get }

  /// The model's networks, in the order in which a checkpoint keeps their moments.
  var networks: [TrainedNetwork] { get }
  /// Networks that training needs and scoring does not; a checkpoint keeps their weights as well.
  var auxiliaryNetworks: [TrainedNetwork] { get }
  /// What else a checkpoint counts, by name.
  var counts: [String: Int] { get set }

  /// How training images are divided into batches.
  var batches: BatchRule { get }

  /// The passes over the training images that an epoch, from 1, takes.
  func passes(ofEpoch epoch: Int) -> [ImagePass]

  /// Prepares for an epoch, or for what is left of it.
  func begin(epoch: Int, on images: ImageSelection)

  /// Takes one optimization step.
  ///
  /// - Throws: `TrainingFailure` when training has come to nothing.
  func step(_ batch: TrainingBatch) throws(TrainingFailure) -> StepResult
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
}
