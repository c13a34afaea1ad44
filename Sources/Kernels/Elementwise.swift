/// Elementwise functions of whole buffers, in fixed chunks on all threads.
public enum Elementwise {
  private static let chunkSize = 1 << 15

  @inline(__always)
  private static func forChunks(
    of count: Int, _ context: ComputeContext, _ body: @Sendable (Range<Int>) -> Void
  ) {
    context.forEach(chunkCount(of: chunkSize, total: count), .elementwise) { item, _ in
      body(chunk(item, of: chunkSize, total: count))
    }
  }

  /// target += source
  public static func add(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int,
    context: ComputeContext
  ) {
    nonisolated(unsafe) let (source, target) = (source, target)
    forChunks(of: count, context) { for index in $0 { target[index] += source[index] } }
  }

  /// target = (a − b)·factor
  public static func scaledDifference(
    _ target: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    factor: Float,
    count: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (target, a, b) = (target, a, b)
    forChunks(of: count, context) { for index in $0 { target[index] = (a[index] - b[index]) * factor } }
  }

  /// target += (a − b)·factor
  public static func addScaledDifference(
    _ target: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    factor: Float,
    count: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (target, a, b) = (target, a, b)
    forChunks(of: count, context) { for index in $0 { target[index] += (a[index] - b[index]) * factor } }
  }

  /// target += sign(a − b)·factor, with sign(0) = 0
  public static func addScaledSign(
    _ target: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    factor: Float,
    count: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (target, a, b) = (target, a, b)
    forChunks(of: count, context) {
      for index in $0 {
        let positive: Float = a[index] > b[index] ? factor : 0
        let negative: Float = a[index] < b[index] ? factor : 0
        target[index] += positive - negative
      }
    }
  }

  /// One step of Adam (Kingma and Ba 2015) as torch computes it:
  /// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − α·m/(√v/√(1−β₂ᵗ) + ε), α = rate/(1−β₁ᵗ).
  ///
  /// Overwrites parameters and both moments. Each decay is the pair (β, 1 − β), the difference taken in double.
  public static func adam(
    parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>,
    decay1: (Float, Float), decay2: (Float, Float), stepSize: Float, rootCorrection: Float, epsilon: Float,
    count: Int,
    context: ComputeContext
  ) {
    nonisolated(unsafe) let (parameters, gradient) = (parameters, gradient)
    nonisolated(unsafe) let (firstMoment, secondMoment) = (firstMoment, secondMoment)
    let ((beta1, rest1), (beta2, rest2)) = (decay1, decay2)
    forChunks(of: count, context) {
      for index in $0 {
        let slope = gradient[index]
        let first = beta1 * firstMoment[index] + rest1 * slope
        let second = beta2 * secondMoment[index] + rest2 * slope * slope
        firstMoment[index] = first
        secondMoment[index] = second
        parameters[index] -= stepSize * first / (second.squareRoot() * rootCorrection + epsilon)
      }
    }
  }
}
