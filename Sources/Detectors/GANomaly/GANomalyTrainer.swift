import Kernels
import NeuralNetworks
import Settings

/// Trains GANomaly; holds the memory for a step.
///
/// The objective decides what a step does and in which order: see `Objectives/ObjectiveV3.swift` for the newest. This
/// class's extensions are its building blocks: passes, losses, gradients.
final class GANomalyTrainer: NetworkTrainer<GANomalyModel>, ModelTrainer {
  static let lossNames = GANomalyLosses.names

  let trainedGenerator: TrainedNetwork
  let trainedDiscriminator: TrainedNetwork
  /// How many times the discriminator was reinitialized.
  private(set) var reinitializations = 0

  let objective: any Objective.Type
  let generatorPass: Pass
  let realPass: Pass
  let fakePass: Pass
  let imageGradient: FloatBuffer
  let imageGradientThroughEncoder2: FloatBuffer
  let latentGradient: FloatBuffer
  let featureGradient: FloatBuffer
  let predictionGradient: FloatBuffer

  init(_ model: GANomalyModel, _ setup: DetectorSetup<GANomalySettings>) {
    let (settings, capacity) = (setup.settings, setup.settings.batchSize)
    let (g, d) = (model.generator.network, model.discriminator.network)
    objective = settings.objective.steps
    trainedGenerator = TrainedNetwork(g, model.generatorWeights, settings)
    trainedDiscriminator = TrainedNetwork(d, model.discriminatorWeights, settings)
    generatorPass = Pass(of: g, capacity: capacity)
    realPass = Pass(of: d, capacity: capacity)
    fakePass = Pass(of: d, capacity: capacity)
    imageGradient = FloatBuffer(images: capacity, perImage: setup.image.count)
    imageGradientThroughEncoder2 = FloatBuffer(images: capacity, perImage: setup.image.count)
    latentGradient = FloatBuffer(images: capacity, perImage: settings.latentSize)
    featureGradient = FloatBuffer(images: capacity, perImage: model.discriminator.featureShape.count)
    predictionGradient = FloatBuffer(images: capacity, perImage: 1)
    super.init(model, setup, networks: [g, d])
  }

  var networks: [TrainedNetwork] { [trainedGenerator, trainedDiscriminator] }

  var counts: [String: Int] {
    get { ["redraws": reinitializations] }
    set { reinitializations = newValue["redraws"] ?? 0 }
  }

  func step(_ batch: TrainingBatch) -> GANomalyMeasures {
    load(batch)
    return optimize()
  }

  /// One step on `x`: passes, measures, gradients and updates, as the objective defines them.
  func optimize() -> GANomalyMeasures {
    trainedGenerator.gradients.fill(with: 0)
    trainedDiscriminator.gradients.fill(with: 0)
    return objective.step(self)
  }

  func result(_ measures: GANomalyMeasures) -> StepResult {
    let losses = losses(measures)
    // A diverged step is reported as divergence, not as a collapse.
    let hasCollapsed =
      losses.generator.isFinite && objective.hasCollapsed(losses, threshold: settings.redrawThreshold)
    return StepResult(losses: losses.values, needsReinitialization: hasCollapsed)
  }

  /// Reinitializes the discriminator. Adam's state and the running statistics are kept, as in the reference code.
  ///
  /// - Throws: `TrainingFailure` when that exceeds the limit of reinitializations in this epoch.
  func reinitialize(after batch: TrainingBatch) throws(TrainingFailure) {
    let limit = settings.redrawLimit
    if limit > 0, batch.reinitializations >= limit {
      throw TrainingFailure(
        .collapsed,
        "the discriminator collapsed: it was reinitialized more than \(limit) "
          + "\(limit == 1 ? "time" : "times") in epoch \(batch.epoch)",
        hint: "raise detector.redraw_limit, or lower detector.redraw_threshold")
    }
    reinitializations += 1
    trainedDiscriminator.weights.draw(
      for: trainedDiscriminator.network, seed: setup.seed, purpose: "redraw \(reinitializations)")
  }
}
