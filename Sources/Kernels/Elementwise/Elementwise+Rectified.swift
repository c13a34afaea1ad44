extension Elementwise {
  /// target = max(source, 0)
  static func rectify(
    _ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>, count: Int, context: ComputeContext
  ) {
    struct Rectified: ElementwiseFunction {
      let target: UnsafeMutablePointer<Float>
      let source: UnsafePointer<Float>

      func callAsFunction(_ range: Range<Int>) {
        for index in range { target[index] = source[index] > 0 ? source[index] : 0 }
      }
    }
    apply(Rectified(target: target, source: source), count: count, context)
  }

  /// target += gradient where source > 0: the backward pass of `rectify`, accumulated.
  static func addRectifiedGradient(
    _ target: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, of source: UnsafePointer<Float>,
    count: Int, context: ComputeContext
  ) {
    struct Sum: ElementwiseFunction {
      let target: UnsafeMutablePointer<Float>
      let gradient, source: UnsafePointer<Float>

      func callAsFunction(_ range: Range<Int>) {
        for index in range { target[index] += source[index] > 0 ? gradient[index] : 0 }
      }
    }
    apply(Sum(target: target, gradient: gradient, source: source), count: count, context)
  }
}
