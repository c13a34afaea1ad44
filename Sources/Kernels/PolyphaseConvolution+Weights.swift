// The transforms of weights. A vector's lanes are the four phases of one (low, high) channel pair: phase
// (row, column) of tap (a, b) is the weight at (2a + row, 2b + column) of its 4×4 kernel.

private typealias Phases = SIMD4<Float>

@inline(__always)
private func load(_ pointer: UnsafePointer<Float>) -> Phases {
  UnsafeRawPointer(pointer).loadUnaligned(as: Phases.self)
}

@inline(__always)
private func store(_ values: Phases, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: values, as: Phases.self)
}

extension PolyphaseConvolution {
  /// U = G w Gᵀ
  func transformWeights(
    _ transformed: UnsafeMutablePointer<Float>, _ weights: UnsafePointer<Float>, context: ComputeContext
  ) {
    nonisolated(unsafe) let (transformed, weights) = (transformed, weights)
    let stack = weightStack
    let highChannels = geometry.highChannels
    context.forEach(geometry.lowChannels, .weightTransforms) { low, _ in
      for high in 0..<highChannels {
        let kernel = weights + (low * highChannels + high) * 16
        let target = transformed + low * stack.rowStride + high * 4
        let rows = (load(kernel), load(kernel + 4), load(kernel + 8), load(kernel + 12))
        let left = ToomCook.filter(
          (
            Phases(lowHalf: rows.0.lowHalf, highHalf: rows.1.lowHalf),
            Phases(lowHalf: rows.2.lowHalf, highHalf: rows.3.lowHalf)
          ))
        let right = ToomCook.filter(
          (
            Phases(lowHalf: rows.0.highHalf, highHalf: rows.1.highHalf),
            Phases(lowHalf: rows.2.highHalf, highHalf: rows.3.highHalf)
          ))
        @inline(__always)
        func finish(_ j: Int, _ taps: ToomCook.Two<Phases>) {
          let values = ToomCook.filter(taps)
          let line = target + j * 5 * stack.pointStride
          store(values.0, line)
          store(values.1, line + stack.pointStride)
          store(values.2, line + 2 * stack.pointStride)
          store(values.3, line + 3 * stack.pointStride)
          store(values.4, line + 4 * stack.pointStride)
        }
        finish(0, (left.0, right.0))
        finish(1, (left.1, right.1))
        finish(2, (left.2, right.2))
        finish(3, (left.3, right.3))
        finish(4, (left.4, right.4))
      }
    }
  }

  /// gradient += Gᵀ dU G
  func addWeightGradient(
    _ gradient: UnsafeMutablePointer<Float>, from product: UnsafePointer<Float>, context: ComputeContext
  ) {
    nonisolated(unsafe) let (gradient, product) = (gradient, product)
    let stack = weightStack
    let highChannels = geometry.highChannels
    context.forEach(geometry.lowChannels, .weightTransforms) { low, _ in
      for high in 0..<highChannels {
        let kernel = gradient + (low * highChannels + high) * 16
        let source = product + low * stack.rowStride + high * 4
        @inline(__always)
        func row(_ j: Int) -> ToomCook.Two<Phases> {
          let line = source + j * 5 * stack.pointStride
          return ToomCook.filterTransposed(
            (
              load(line), load(line + stack.pointStride), load(line + 2 * stack.pointStride),
              load(line + 3 * stack.pointStride), load(line + 4 * stack.pointStride)
            ))
        }
        let rows = (row(0), row(1), row(2), row(3), row(4))
        let left = ToomCook.filterTransposed((rows.0.0, rows.1.0, rows.2.0, rows.3.0, rows.4.0))
        let right = ToomCook.filterTransposed((rows.0.1, rows.1.1, rows.2.1, rows.3.1, rows.4.1))
        @inline(__always)
        func add(_ index: Int, _ left: SIMD2<Float>, _ right: SIMD2<Float>) {
          let line = kernel + 4 * index
          store(load(line) + Phases(lowHalf: left, highHalf: right), line)
        }
        add(0, left.0.lowHalf, right.0.lowHalf)
        add(1, left.0.highHalf, right.0.highHalf)
        add(2, left.1.lowHalf, right.1.lowHalf)
        add(3, left.1.highHalf, right.1.highHalf)
      }
    }
  }
}
