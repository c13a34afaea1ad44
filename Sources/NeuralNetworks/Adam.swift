import Foundation
import Kernels

/// The Adam optimizer (Kingma and Ba 2015) over one flat buffer of parameters, as torch computes it.
public final class Adam {
  public let learningRate: Double
  public let beta1: Double
  public let beta2: Double
  public let epsilon = 1e-8
  /// The weight of an L2 penalty: so much of each parameter is added to its gradient (torch's `weight_decay`).
  public let weightDecay: Double
  public let firstMoment: FloatBuffer
  public let secondMoment: FloatBuffer
  /// Steps taken.
  public private(set) var stepCount = 0

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

  /// Continues as if so many steps had been taken; the moments are to be put back as well.
  ///
  /// - Precondition: no negative count.
  public func restore(stepCount: Int) {
    precondition(stepCount >= 0, "\(stepCount) steps taken")
    self.stepCount = stepCount
  }

  /// Moves the parameters by one step along the gradient, to which weight decay is added in place.
  ///
  /// - Parameter learningRate: this step's, where a schedule changes it; nil for that of `init`.
  public func step(
    _ parameters: FloatBuffer, gradient: FloatBuffer, learningRate: Double? = nil, engine: any Engine
  ) {
    precondition(
      parameters.count == firstMoment.count && gradient.count == firstMoment.count,
      "\(parameters.count) parameters and \(gradient.count) slopes, but moments for \(firstMoment.count)")
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
