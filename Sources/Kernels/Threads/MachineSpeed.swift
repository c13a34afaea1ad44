/// The machine's current speed, to put timings on a shared machine into perspective.
public enum MachineSpeed {
  /// GFLOP/s of fused multiply-adds that touch no memory, on all threads.
  public static func fusedMultiplyAddPeak(context: ComputeContext) -> Double {
    let turns = 4_000_000
    let results = FloatBuffer(count: context.threads * 16)
    let chains = MultiplyAddChains(results: results.pointer, turns: turns)
    // The best of several short runs: the speed of the machine changes within a second.
    let duration =
      (0..<5).map { _ in
        ContinuousClock().measure { context.perform(chains, count: context.threads, .elementwise) }
      }.min() ?? .zero
    return Double(context.threads * turns * 12 * 8 * 2) / (duration / .seconds(1)) / 1e9
  }

  private struct MultiplyAddChains: WorkItems {
    let results: UnsafeMutablePointer<Float>
    let turns: Int

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      results[item * 16] = multiplyAddChain(turns: turns)
    }
  }

  /// Twelve independent chains of eight lanes, enough to hide the latency of two FMA units.
  private static func multiplyAddChain(turns: Int) -> Float {
    let factor = SIMD8<Float>(repeating: 0.999_9)
    let step = SIMD8<Float>(repeating: 1e-6)
    var (a, b, c, d) = (step, step, step, step)
    var (e, f, g, h) = (step, step, step, step)
    var (i, j, k, l) = (step, step, step, step)
    for _ in 0..<turns {
      a = step.addingProduct(a, factor)
      b = step.addingProduct(b, factor)
      c = step.addingProduct(c, factor)
      d = step.addingProduct(d, factor)
      e = step.addingProduct(e, factor)
      f = step.addingProduct(f, factor)
      g = step.addingProduct(g, factor)
      h = step.addingProduct(h, factor)
      i = step.addingProduct(i, factor)
      j = step.addingProduct(j, factor)
      k = step.addingProduct(k, factor)
      l = step.addingProduct(l, factor)
    }
    let sum: SIMD8<Float> = a + b + c + d + e + f
    return (sum + g + h + i + j + k + l).sum()
  }

  /// GFLOP/s of OpenBLAS on 512×512 matrix products, one at a time on each thread.
  public static func matrixProductRate(context: ComputeContext) -> Double {
    let repeats = 4
    let products = SquareProducts(size: 512, repeats: repeats)
    let scratch = 3 * products.size * products.size
    context.perform(products, count: context.threads, .elementwise, scratch: scratch)
    let duration = ContinuousClock().measure {
      context.perform(products, count: context.threads, .elementwise, scratch: scratch)
    }
    let operations = 2 * products.size * products.size * products.size * repeats * context.threads
    return Double(operations) / (duration / .seconds(1)) / 1e9
  }

  private struct SquareProducts: WorkItems {
    let size: Int
    let repeats: Int

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      let (a, b, c) = (scratch, scratch + size * size, scratch + 2 * size * size)
      for _ in 0..<repeats {
        multiply(
          MatrixOperand(a, rowStride: size), MatrixOperand(b, rowStride: size), into: c, rowStride: size,
          rows: size, columns: size, inner: size, accumulating: false)
      }
    }
  }
}
