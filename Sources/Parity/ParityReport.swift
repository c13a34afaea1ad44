/// How an error is measured against the float64 reference.
public enum ErrorMeasure: String, Sendable {
  /// max |ours − truth| / max |truth|.
  case maximum = "max"
  /// ‖ours − truth‖₂ / ‖truth‖₂.
  case l2 = "L2"
  /// max over elements of |ours − truth| / |truth|.
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
  /// Whether the error is within its bound.
  public enum Verdict: String, Sendable {
    case passed
    case failed
    /// Rounding alone moves the quantity beyond its bound, for instance where a sign flips at a ReLU or at |x|.
    case noVerdict = "no verdict"
  }

  /// The group of quantities, such as `gradients of step 1`.
  public let group: String
  /// The original's name of the tensor or term.
  public let quantity: String
  /// How `error` and `spread` are measured.
  public let measure: ErrorMeasure
  /// Our error against the float64 reference.
  public let error: Double
  /// The largest error that passes.
  public let bound: Double
  /// The error of torch's own float32 run, if known.
  public let torchError: Double?

  /// How far the quantity moved at most when the weights were perturbed by a few rounding errors, by the same measure;
  /// nil if not tried.
  public internal(set) var spread: Double?

  /// An error beyond this multiple of the spread is not attributed to rounding.
  private static let margin = 10.0

  /// Passed within the bound; no verdict if rounding alone explains the excess; otherwise failed.
  public var verdict: Verdict {
    if error <= bound { return .passed }
    guard let spread, spread > bound, error <= Self.margin * spread else { return .failed }
    return .noVerdict
  }
}

/// The results of a comparison with one golden file.
public struct ParityReport: Sendable {
  /// The golden file.
  public let path: String
  /// The quantities, in the order compared.
  public internal(set) var rows: [ParityRow] = []

  /// The quantities that failed.
  public var failures: [ParityRow] { rows.filter { $0.verdict == .failed } }
  /// Whether no quantity failed.
  public var passed: Bool { failures.isEmpty }
}
