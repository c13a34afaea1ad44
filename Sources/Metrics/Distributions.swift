import Foundation

/// Φ⁻¹(0.975) of the standard normal distribution.
public let normalQuantile975 = 1.959963984540054

/// P(|Z| ≥ |z|) for a standard normal Z, as erfc(|z|/√2); NaN for NaN.
func normalTwoSidedP(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

/// Student's t distribution.
public struct StudentsT: Sendable, Equatable {
  /// ν; need not be an integer.
  public let degreesOfFreedom: Double

  /// - Precondition: `degreesOfFreedom` > 0.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "\(degreesOfFreedom) degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(|T| ≥ |t|) = I(ν/(ν + t²); ν/2, ½), where I is the regularized incomplete beta function; NaN for NaN.
  public func twoSidedP(_ t: Double) -> Double {
    if t.isNaN { return .nan }
    if t.isInfinite { return 0 }
    let (nu, square) = (degreesOfFreedom, t * t)
    if square.isInfinite { return 0 }
    // Both arguments are computed without a subtraction, so that neither tail loses digits.
    return regularizedIncompleteBeta(nu / (nu + square), square / (nu + square), nu / 2, 0.5)
  }

  /// The t for which P(|T| ≥ t) = `p`: the 97.5 % quantile for p = 0.05.
  ///
  /// - Precondition: 0 < `p` < 1.
  public func twoSidedQuantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "a share of \(p)")
    var upper = 1.0
    while twoSidedP(upper) > p { upper *= 2 }
    return crossing(0...upper) { twoSidedP($0) <= p }
  }
}

/// The beta distribution on 0...1.
struct BetaDistribution {
  let a: Double
  let b: Double

  /// - Precondition: both are above 0.
  init(_ a: Double, _ b: Double) {
    precondition(a > 0 && b > 0, "Beta(\(a), \(b))")
    (self.a, self.b) = (a, b)
  }

  /// The x below which the share `p` lies.
  func quantile(_ p: Double) -> Double {
    crossing(0...1) { regularizedIncompleteBeta($0, 1 - $0, a, b) > p }
  }
}

/// Where a condition that fails at the lower end of a range and holds at its upper end begins to hold, to the last bit.
private func crossing(_ range: ClosedRange<Double>, _ holds: (Double) -> Bool) -> Double {
  var (lower, upper) = (range.lowerBound, range.upperBound)
  // Bisect until no number lies in between: about sixty steps.
  while true {
    let middle = lower + (upper - lower) / 2
    if middle <= lower || middle >= upper { return middle }
    if holds(middle) { upper = middle } else { lower = middle }
  }
}

/// I(x; a, b), given x and its complement 1 − x, both at full precision.
func regularizedIncompleteBeta(_ x: Double, _ complement: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if complement <= 0 { return 1 }
  // The continued fraction converges fast below this point; beyond it, use the symmetry of the function.
  guard x < (a + 1) / (a + b + 2) else { return 1 - betaFraction(complement, x, b, a) }
  return betaFraction(x, complement, a, b)
}

/// xᵃ (1 − x)ᵇ / (a B(a, b)) times the continued fraction of the incomplete beta function (Abramowitz and Stegun
/// 26.5.8), by Lentz's method.
private func betaFraction(_ x: Double, _ complement: Double, _ a: Double, _ b: Double) -> Double {
  let logarithm =
    a * log(x) + b * log(complement) + logGamma(a + b) - logGamma(a) - logGamma(b) - log(a)
  let tiny = 1e-300
  func kept(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var d = 1 / kept(1 - (a + b) * x / (a + 1))
  var c = 1.0
  var fraction = d
  // A thousand terms are enough for a million degrees of freedom.
  for term in 1...1000 {
    let m = Double(term)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / kept(1 + even * d)
    c = kept(1 + even / c)
    fraction *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / kept(1 + odd * d)
    c = kept(1 + odd / c)
    fraction *= d * c
    if abs(d * c - 1) < 1e-16 { break }
  }
  return exp(logarithm) * fraction
}

/// log Γ(x) for x > 0.
private func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}
