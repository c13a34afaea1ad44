/// Elementwise functions on whole buffers, in fixed-size chunks on all threads.
enum Elementwise {
  private static let chunkSize = 1 << 14

  /// A function applied to every element of a range.
  protocol ElementwiseFunction {
    func callAsFunction(_ range: Range<Int>)
  }

  private struct Chunks<Function: ElementwiseFunction>: WorkItems {
    let function: Function
    let count: Int

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      function(chunk(item, of: chunkSize, total: count))
    }
  }

  static func apply(_ function: some ElementwiseFunction, count: Int, _ context: ComputeContext) {
    context.perform(
      Chunks(function: function, count: count), count: chunkCount(of: chunkSize, total: count), .elementwise)
  }

  /// target += source
  static func add(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int,
    context: ComputeContext
  ) {
    struct Sum: ElementwiseFunction {
      let source: UnsafePointer<Float>
      let target: UnsafeMutablePointer<Float>

      func callAsFunction(_ range: Range<Int>) { for index in range { target[index] += source[index] } }
    }
    apply(Sum(source: source, target: target), count: count, context)
  }

  /// target = (a − b)·factor
  static func scaledDifference(
    _ target: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    factor: Float, count: Int, context: ComputeContext
  ) {
    struct Difference: ElementwiseFunction {
      let target: UnsafeMutablePointer<Float>
      let a, b: UnsafePointer<Float>
      let factor: Float

      func callAsFunction(_ range: Range<Int>) {
        for index in range { target[index] = (a[index] - b[index]) * factor }
      }
    }
    apply(Difference(target: target, a: a, b: b, factor: factor), count: count, context)
  }

  /// target += (a − b)·factor
  static func addScaledDifference(
    _ target: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    factor: Float, count: Int, context: ComputeContext
  ) {
    struct Difference: ElementwiseFunction {
      let target: UnsafeMutablePointer<Float>
      let a, b: UnsafePointer<Float>
      let factor: Float

      func callAsFunction(_ range: Range<Int>) {
        for index in range { target[index] += (a[index] - b[index]) * factor }
      }
    }
    apply(Difference(target: target, a: a, b: b, factor: factor), count: count, context)
  }

  /// target += sign(a − b)·factor, with sign(0) = 0
  static func addScaledSign(
    _ target: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    factor: Float, count: Int, context: ComputeContext
  ) {
    struct Sign: ElementwiseFunction {
      let target: UnsafeMutablePointer<Float>
      let a, b: UnsafePointer<Float>
      let factor: Float

      func callAsFunction(_ range: Range<Int>) {
        for index in range {
          let positive: Float = a[index] > b[index] ? factor : 0
          let negative: Float = a[index] < b[index] ? factor : 0
          target[index] += positive - negative
        }
      }
    }
    apply(Sign(target: target, a: a, b: b, factor: factor), count: count, context)
  }

  /// One step of Adam (Kingma and Ba 2015) as torch computes it:
  /// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − α·m/(√v/√(1−β₂ᵗ) + ε), α = rate/(1−β₁ᵗ).
  ///
  /// Overwrites the parameters and both moments. Each decay is the pair (β, 1 − β), the difference taken in double.
  static func adam(
    parameters: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>,
    firstMoment: UnsafeMutablePointer<Float>, secondMoment: UnsafeMutablePointer<Float>,
    decay1: (Float, Float), decay2: (Float, Float), stepSize: Float, rootCorrection: Float, epsilon: Float,
    count: Int, context: ComputeContext
  ) {
    struct Step: ElementwiseFunction {
      let parameters, firstMoment, secondMoment: UnsafeMutablePointer<Float>
      let gradient: UnsafePointer<Float>
      let beta1, rest1, beta2, rest2: Float
      let stepSize, rootCorrection, epsilon: Float

      func callAsFunction(_ range: Range<Int>) {
        for index in range {
          let slope = gradient[index]
          let first = beta1 * firstMoment[index] + rest1 * slope
          let second = beta2 * secondMoment[index] + rest2 * slope * slope
          firstMoment[index] = first
          secondMoment[index] = second
          parameters[index] -= stepSize * first / (second.squareRoot() * rootCorrection + epsilon)
        }
      }
    }
    let step = Step(
      parameters: parameters, firstMoment: firstMoment, secondMoment: secondMoment, gradient: gradient,
      beta1: decay1.0, rest1: decay1.1, beta2: decay2.0, rest2: decay2.1, stepSize: stepSize,
      rootCorrection: rootCorrection, epsilon: epsilon)
    apply(step, count: count, context)
  }
}
