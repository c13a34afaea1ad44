import Kernels

/// An exponential moving average of a network's parameters, used for scoring in place of the latest ones.
///
/// a ← decay·a + (1 − decay)·p after each step, starting from a = p (TensorFlow's `ExponentialMovingAverage`). Running
/// statistics are averages already and are copied.
public final class MovingAverage {
  /// The averaged weights, for `forward`.
  public let weights: NetworkWeights
  /// Weight of the previous average in each update.
  public let decay: Double

  /// - Precondition: 0 ≤ decay < 1.
  public init(of current: NetworkWeights, network: Network, decay: Double) {
    precondition(decay >= 0 && decay < 1, "a moving average with a decay of \(decay)")
    self.decay = decay
    weights = NetworkWeights(for: network)
    weights.parameters.copy(from: current.parameters)
    weights.running.copy(from: current.running)
  }

  /// Updates the averages with the weights after a step.
  public func update(from current: NetworkWeights, engine: any Engine) {
    let averages = weights.parameters
    engine.addScaledDifference(
      averages, current.parameters, averages, factor: Float(1 - decay), count: averages.count)
    weights.running.copy(from: current.running)
  }
}
