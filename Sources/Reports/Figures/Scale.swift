import Foundation

/// Maps values to coordinates along an axis.
struct Scale {
  enum Kind { case linear, logarithmic }

  let kind: Kind
  /// The values at both ends.
  let domain: ClosedRange<Double>
  /// The coordinates of both ends; for a vertical axis the first is the larger.
  let from: Double
  let to: Double

  /// - Precondition: a logarithmic domain is above 0.
  init(_ domain: ClosedRange<Double>, from: Double, to: Double, kind: Kind = .linear) {
    precondition(kind == .linear || domain.lowerBound > 0, "no logarithm of \(domain.lowerBound)")
    self.kind = kind
    // A single value gets some room around it.
    if domain.upperBound > domain.lowerBound {
      self.domain = domain
    } else if kind == .logarithmic {
      self.domain = domain.lowerBound / 2...domain.upperBound * 2
    } else {
      let room = max(abs(domain.lowerBound) * 0.1, 1e-6)
      self.domain = domain.lowerBound - room...domain.upperBound + room
    }
    self.from = from
    self.to = to
  }

  /// The coordinate of a value.
  func callAsFunction(_ value: Double) -> Double {
    let (low, high) = (position(domain.lowerBound), position(domain.upperBound))
    return from + (position(value) - low) / (high - low) * (to - from)
  }

  private func position(_ value: Double) -> Double { kind == .logarithmic ? log10(value) : value }

  /// Round values within the domain, about `count` of them.
  func ticks(about count: Int) -> [Double] { kind == .linear ? linearTicks(count) : logarithmicTicks(count) }

  private func linearTicks(_ count: Int) -> [Double] {
    let raw = (domain.upperBound - domain.lowerBound) / Double(max(1, count))
    let power = pow(10, floor(log10(raw)))
    let step = ([1, 2, 5].first { $0 * power >= raw * 0.999 } ?? 10) * power
    let first = Int((domain.lowerBound / step - 1e-9).rounded(.up))
    let last = Int((domain.upperBound / step + 1e-9).rounded(.down))
    guard first <= last else { return [domain.lowerBound, domain.upperBound] }
    return (first...last).map { Double($0) * step }
  }

  /// Powers of ten; if fewer than three fit, also 2 and 5 times those; if even then fewer than two fit, the domain's
  /// ends.
  private func logarithmicTicks(_ count: Int) -> [Double] {
    let exponents = Int(floor(log10(domain.lowerBound)))...Int(ceil(log10(domain.upperBound)))
    func within(_ factors: [Double]) -> [Double] {
      exponents.flatMap { exponent in factors.map { $0 * pow(10, Double(exponent)) } }
        .filter { $0 >= domain.lowerBound * 0.999 && $0 <= domain.upperBound * 1.001 }
    }
    let powers = within([1])
    if powers.count > count + 1 {
      let stride = (powers.count + count - 1) / count
      return powers.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
    }
    let ticks = powers.count >= 3 ? powers : within([1, 2, 5])
    return ticks.count >= 2 ? ticks : [domain.lowerBound, domain.upperBound]
  }

  /// A tick's label: at most six significant digits, such as `0.2` or `1e-05`.
  static func label(_ tick: Double) -> String { String(format: "%g", abs(tick) < 1e-12 ? 0 : tick) }
}
