import Kernels

/// The tolerated errors relative to the original in float64.
///
/// Kernels that compute convolutions by definition are held to tighter bounds than fast algorithms with fewer
/// multiplications.
public struct ParityBounds: Sendable {
  /// For forward outputs of step 1, by `ErrorMeasure.maximum`.
  public let forwardMaximum: Double
  /// For losses of step 1, by `ErrorMeasure.relative`.
  public let firstLosses: Double
  /// For gradients of step 1, by `ErrorMeasure.l2`.
  public let gradientsL2: Double
  /// For parameters and running statistics after a step, by `ErrorMeasure.l2`.
  public let parametersL2: Double
  /// For losses of later steps, by `ErrorMeasure.relative`.
  public let laterLosses: Double
  /// For scores, by `ErrorMeasure.relative`, and the outputs they come from, by `ErrorMeasure.maximum`.
  public let scores: Double
  /// The relative perturbation of each weight used to see how far rounding alone moves the results: a few rounding
  /// errors of these kernels.
  public let disturbance: Double

  /// For im2col and naive convolutions.
  public static let reference = ParityBounds(
    forwardMaximum: 1e-5, firstLosses: 1e-5, gradientsL2: 1e-4, parametersL2: 1e-4, laterLosses: 1e-5,
    scores: 1e-4, disturbance: 4 * roundingError)

  /// For the fast kernels, whose transforms round a few more times.
  public static let fast = ParityBounds(
    forwardMaximum: 3e-5, firstLosses: 1e-5, gradientsL2: 1e-4, parametersL2: 1e-4, laterLosses: 1e-4,
    scores: 1e-4, disturbance: 16 * roundingError)

  /// The rounding error of a single float32 operation.
  private static let roundingError = Double(Float.ulpOfOne / 2)

  /// The bounds for a set of kernels.
  public init(for kernels: KernelSet) { self = kernels == .reference ? .reference : .fast }

  private init(
    forwardMaximum: Double, firstLosses: Double, gradientsL2: Double, parametersL2: Double,
    laterLosses: Double, scores: Double, disturbance: Double
  ) {
    self.forwardMaximum = forwardMaximum
    self.firstLosses = firstLosses
    self.gradientsL2 = gradientsL2
    self.parametersL2 = parametersL2
    self.laterLosses = laterLosses
    self.scores = scores
    self.disturbance = disturbance
  }
}
