import Foundation
import Kernels

/// The Adam optimizer (Kingma and Ba 2015) over one flat parameter buffer, as torch computes it.
public final class Adam {
  /// Default learning rate α, which `step` can override.
  public let learningRate: Double
  /// Decay of the first moment.
  public let beta1: Double
  /// Decay of the second moment.
  public let beta2: Double
  /// Added to the square root of the second moment.
  public let epsilon = 1e-8
  /// Weight of an L2 penalty: this multiple of each parameter is added to its gradient (torch's `weight_decay`).
  public let weightDecay: Double
  /// m, one value per parameter; zero at first.
  public let firstMoment: FloatBuffer
  /// v, one value per parameter; zero at first.
  public let secondMoment: FloatBuffer
  /// Steps taken.
  public private(set) var stepCount = 0

  /// An optimizer before its first step.
  public init(
    parameterCount: Int, learningRate: Double, beta1: Double, beta2: Double, weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
    firstMoment = FloatBuffer(count: parameterCount)
    secondMoment = FloatBuffer(count: parameterCount)
  }

  /// Resumes after `stepCount` steps; the caller must restore the moments as well.
  ///
  /// - Precondition: `stepCount` is not negative.
  public func restore(stepCount: Int) {
    precondition(stepCount >= 0, "\(stepCount) steps taken")
    self.stepCount = stepCount
  }

  /// Takes one step down the gradient, to which weight decay is added in place.
  ///
  /// - Parameter learningRate: this step's rate, for schedules; nil for the rate given to `init`.
  public func step(
    _ parameters: FloatBuffer, gradient: FloatBuffer, learningRate: Double? = nil, engine: any Engine
  ) {
    precondition(
      parameters.count == firstMoment.count && gradient.count == firstMoment.count,
      "\(parameters.count) parameters and \(gradient.count) gradients, but moments for \(firstMoment.count)")
    stepCount += 1
    if weightDecay != 0 {
      engine.addScaled(parameters, to: gradient, factor: Float(weightDecay), count: parameters.count)
    }
    let stepSize = (learningRate ?? self.learningRate) / (1 - pow(beta1, Double(stepCount)))
    let rootCorrection = 1 / (1 - pow(beta2, Double(stepCount))).squareRoot()
    engine.adam(
      AdamStep(
        parameters: parameters, gradient: gradient, firstMoment: firstMoment, secondMoment: secondMoment,
        decay1: (Float(beta1), Float(1 - beta1)), decay2: (Float(beta2), Float(1 - beta2)),
        stepSize: Float(stepSize), rootCorrection: Float(rootCorrection), epsilon: Float(epsilon)))
  }
}
