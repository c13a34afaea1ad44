/// The one-dimensional transforms of Toom-Cook's algorithm F(4, 2), as Winograd's minimal filtering uses them
/// (Lavin and Gray, *Fast algorithms for convolutional neural networks*, CVPR 2016): four outputs of a filter of
/// two taps from five products instead of eight.
///
///     y[i] = w[0]·d[i] + w[1]·d[i + 1],  i = 0…3:    y = Aᵀ[(G w) ⊙ (Bᵀ d)]
///
/// with the points 0, −1, 1/2, 2, ∞. The three matrices and their transposes are the six functions below; in
/// two dimensions each is applied to the columns, then to the rows. Their vectors' lanes are independent.
enum ToomCook {
  typealias Lanes = SIMD8<Float>
  typealias Two<V> = (V, V)
  typealias Four<V> = (V, V, V, V)
  typealias Five<V> = (V, V, V, V, V)

  /// Bᵀ d: inputs to points.
  @inline(__always)
  static func input(_ d: Five<Lanes>) -> Five<Lanes> {
    let first: Lanes = d.0 + d.3 - (d.1 + d.2) * 1.5
    let second: Lanes = d.1 + d.3 - d.2 * 2.5
    let third: Lanes = d.3 - d.2 - d.1 * 2
    let fourth: Lanes = d.3 + (d.2 - d.1) * 0.5
    let fifth: Lanes = d.1 + d.4 - (d.2 + d.3) * 1.5
    return (first, second, third, fourth, fifth)
  }

  /// B e: points to gradients of the inputs.
  @inline(__always)
  static func inputTransposed(_ e: Five<Lanes>) -> Five<Lanes> {
    let edges: Lanes = (e.0 + e.4) * 1.5
    let second: Lanes = e.1 + e.4 - e.2 * 2 - e.3 * 0.5 - e.0 * 1.5
    let third: Lanes = e.3 * 0.5 - e.2 - e.1 * 2.5 - edges
    let fourth: Lanes = e.0 + e.1 + e.2 + e.3 - e.4 * 1.5
    return (e.0, second, third, fourth, e.4)
  }

  /// Aᵀ m: points to outputs.
  @inline(__always)
  static func output(_ m: Five<Lanes>) -> Four<Lanes> {
    let first: Lanes = m.0 + m.1 + m.2 + m.3
    let second: Lanes = m.2 * 0.5 + m.3 * 2 - m.1
    let third: Lanes = m.1 + m.2 * 0.25 + m.3 * 4
    let fourth: Lanes = m.2 * 0.125 + m.3 * 8 + m.4 - m.1
    return (first, second, third, fourth)
  }

  /// A y: gradients of the outputs to points.
  @inline(__always)
  static func outputTransposed(_ y: Four<Lanes>) -> Five<Lanes> {
    let second: Lanes = y.0 + y.2 - (y.1 + y.3)
    let third: Lanes = y.0 + y.1 * 0.5 + y.2 * 0.25 + y.3 * 0.125
    let fourth: Lanes = y.0 + y.1 * 2 + y.2 * 4 + y.3 * 8
    return (y.0, second, third, fourth, y.3)
  }

  /// G w: taps to points.
  @inline(__always)
  static func filter(_ w: Two<SIMD4<Float>>) -> Five<SIMD4<Float>> {
    let second: SIMD4<Float> = (w.1 - w.0) * ninth(2)
    let third: SIMD4<Float> = w.0 * ninth(-8) - w.1 * ninth(4)
    let fourth: SIMD4<Float> = w.0 * ninth(1) + w.1 * ninth(2)
    return (w.0, second, third, fourth, w.1)
  }

  /// Gᵀ u: points to gradients of the taps.
  @inline(__always)
  static func filterTransposed(_ u: Five<SIMD4<Float>>) -> Two<SIMD4<Float>> {
    let first: SIMD4<Float> = u.0 - u.1 * ninth(2) - u.2 * ninth(8)
    let second: SIMD4<Float> = u.1 * ninth(2) - u.2 * ninth(4) + u.4
    return (first + u.3 * ninth(1), second + u.3 * ninth(2))
  }

  @inline(__always)
  private static func ninth(_ numerator: Float) -> Float { numerator / 9 }
}
