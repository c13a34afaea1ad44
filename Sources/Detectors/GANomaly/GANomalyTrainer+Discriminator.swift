import Kernels
import NeuralNetworks

/// The gradients of the discriminator's losses, accumulated into `trainedDiscriminator.gradients`, and its update.
extension GANomalyTrainer {
  /// The gradient of factor·[BCE(D(x), 1) + BCE(D(x̂), 0)], through the last two passes.
  func addCrossEntropyGradients(factor: Double) {
    addCrossEntropyGradient(realPass, target: 1, factor: factor)
    addCrossEntropyGradient(fakePass, target: 0, factor: factor)
  }

  private func addCrossEntropyGradient(_ pass: Pass, target: Double, factor: Double) {
    setPredictionGradient(pass, target: target, factor: factor)
    backward(trainedDiscriminator, predictionGradient, pass)
  }

  /// The gradient of mean (f(x) − f(x̂))², through the last two passes. The head, after the features, gets none.
  func addFeatureDistanceGradients() {
    addFeatureDistanceGradient(realPass, awayFrom: fakePass)
    addFeatureDistanceGradient(fakePass, awayFrom: realPass)
  }

  private func addFeatureDistanceGradient(_ pass: Pass, awayFrom other: Pass) {
    setSquaredDifferenceGradient(
      featureGradient, features(pass), features(other), count: featureCount, weight: 1)
    backward(trainedDiscriminator, through: discriminator.featureBlocks, featureGradient, pass)
  }

  /// Adam on D.
  func updateDiscriminator() { trainedDiscriminator.step(engine: engine) }

  /// Sets `predictionGradient` to the gradient of factor·BCE(D(·), target) with respect to the prediction.
  func setPredictionGradient(_ pass: Pass, target: Double, factor: Double) {
    predictionGradient.fill(with: 0)
    engine.crossEntropyGradient(
      predictionGradient, .probabilities(predictions(pass)), count: layout.images, target: target,
      factor: factor)
  }
}
