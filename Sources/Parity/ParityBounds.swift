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

  /// For im2col and naive convolutions.
  public static let reference = ParityBounds(
    forwardMaximum: 1e-5, firstLosses: 1e-5, gradientsL2: 1e-4, parametersL2: 1e-4, laterLosses: 1e-5,
    scores: 1e-4)
}
