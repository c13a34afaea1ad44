/// How an error is measured against the truth in float64.
public enum ErrorMeasure: String, Sendable {
  /// max |ours − truth| / max |truth|
  case maximum = "max"
  /// ‖ours − truth‖₂ / ‖truth‖₂
  case l2 = "L2"
  /// max over elements of |ours − truth| / |truth|
  case relative = "relative"

  func error(_ ours: [Float], _ truth: [Double]) -> Double {
    self.error(ours.map(Double.init), truth)
  }

  func error(_ ours: [Double], _ truth: [Double]) -> Double {
    precondition(ours.count == truth.count, "\(ours.count) values against \(truth.count)")
    guard ours.allSatisfy(\.isFinite) else { return .infinity }
    let differences = zip(ours, truth).map { abs($0 - $1) }
    func ratio(_ difference: Double, _ size: Double) -> Double {
      difference == 0 ? 0 : size == 0 ? .infinity : difference / size
    }
    switch self {
    case .maximum: return ratio(differences.max() ?? 0, truth.map { abs($0) }.max() ?? 0)
    case .l2:
      return ratio(
        differences.reduce(0) { $0 + $1 * $1 }.squareRoot(), truth.reduce(0) { $0 + $1 * $1 }.squareRoot())
    case .relative: return zip(differences, truth).map { ratio($0, abs($1)) }.max() ?? 0
    }
  }
}

/// One compared quantity.
public struct ParityRow: Sendable {
  public enum Verdict: String, Sendable {
    case passed
    case failed
    /// Rounding alone moves the quantity beyond its bound, as where a sign flips at a ReLU or at |x|.
    case noVerdict = "no verdict"
  }

  /// Such as `gradients of step 1`.
  public let group: String
  /// The original's name of the tensor or term.
  public let quantity: String
  public let measure: ErrorMeasure
  public let error: Double
  public let bound: Double
  /// The error of torch's own float32 run, where known.
  public let torchError: Double?

  /// The most by which it has moved when the weights were moved by a few rounding errors, measured as the error is;
  /// nil where that was not tried.
  public internal(set) var spread: Double?

  /// Errors beyond so many times what rounding does are no longer put down to it.
  private static let margin = 10.0

  public var verdict: Verdict {
    if error <= bound { return .passed }
    guard let spread, spread > bound, error <= Self.margin * spread else { return .failed }
    return .noVerdict
  }
}

/// All that was compared with one golden file.
public struct ParityReport: Sendable {
  public let path: String
  public internal(set) var rows: [ParityRow] = []

  public var failures: [ParityRow] { rows.filter { $0.verdict == .failed } }
  public var passed: Bool { failures.isEmpty }
}
