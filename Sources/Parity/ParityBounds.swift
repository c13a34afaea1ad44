import Kernels

/// The errors that are allowed, against the original in float64.
///
/// Kernels that compute convolutions by the definition's own products are held to tighter bounds than fast
/// algorithms with fewer multiplications.
public struct ParityBounds: Sendable {
  public let forwardMaximum: Double
  public let firstLosses: Double
  public let gradientsL2: Double
  public let parametersL2: Double
  public let laterLosses: Double
  public let scores: Double
  /// By how much weights are moved, each relative to itself, to see how far results move by rounding alone: a few
  /// rounding errors of these kernels.
  public let disturbance: Double

  /// For im2col and naive convolutions.
  public static let reference = ParityBounds(
    forwardMaximum: 1e-5, firstLosses: 1e-5, gradientsL2: 1e-4, parametersL2: 1e-4, laterLosses: 1e-5,
    scores: 1e-4, disturbance: 4 * roundingError)

  /// For the fast kernels, whose transforms cost a few roundings more.
  public static let fast = ParityBounds(
    forwardMaximum: 3e-5, firstLosses: 1e-5, gradientsL2: 1e-4, parametersL2: 1e-4, laterLosses: 1e-4,
    scores: 1e-4, disturbance: 16 * roundingError)

  /// Of a single operation in float32.
  private static let roundingError = Double(Float.ulpOfOne / 2)

  /// The bounds that a set of kernels is held to.
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
