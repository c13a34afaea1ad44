import Kernels

/// An exponential moving average of a network's parameters, which scores in the place of the newest ones.
///
/// a ← decay·a + (1 − decay)·p after each step, from a = p at first (TensorFlow's `ExponentialMovingAverage`).
/// Running statistics are averages already and are copied.
public final class MovingAverage {
  /// The averages, for `forward`.
  public let weights: NetworkWeights
  public let decay: Double

  /// - Precondition: 0 ≤ decay < 1.
  public init(of current: NetworkWeights, network: Network, decay: Double) {
    precondition(decay >= 0 && decay < 1, "a moving average with a decay of \(decay)")
    self.decay = decay
    weights = NetworkWeights(for: network)
    weights.parameters.copy(from: current.parameters)
    weights.running.copy(from: current.running)
  }

  /// Takes in the weights that a step has left.
  public func update(from current: NetworkWeights, context: ComputeContext) {
    let averages = weights.parameters
    Elementwise.addScaledDifference(
      averages.pointer, current.parameters.pointer, averages.pointer, factor: Float(1 - decay),
      count: averages.count, context: context)
    weights.running.copy(from: current.running)
  }
}
