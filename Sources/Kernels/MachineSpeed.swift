/// How fast the machine is at the moment: what a timing is to be seen beside on a shared machine.
public enum MachineSpeed {
  /// Floating-point operations a second, in 10⁹, of fused multiply-adds that touch no memory, on all threads.
  public static func fusedMultiplyAddPeak(context: ComputeContext) -> Double {
    let turns = 400_000
    let results = FloatBuffer(count: context.threads * 16)
    nonisolated(unsafe) let pointer = results.pointer
    let duration = ContinuousClock().measure {
      context.forEach(context.threads, .elementwise) { item, _ in
        pointer[item * 16] = multiplyAddChain(turns: turns)
      }
    }
    return Double(context.threads * turns * 12 * 8 * 2) / (duration / .seconds(1)) / 1e9
  }

  /// Twelve independent chains of eight lanes, enough to hide the latency of two units.
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

  /// Floating-point operations a second, in 10⁹, of OpenBLAS's matrix product of 512×512 by 512×512 on each
  /// thread.
  public static func matrixProductRate(context: ComputeContext) -> Double {
    let size = 512
    let repeats = 4
    let memory = (0..<context.threads).map { _ in FloatBuffer(count: 3 * size * size) }
    let duration = withExtendedLifetime(memory) {
      ContinuousClock().measure {
        context.forEach(context.threads, .elementwise) { item, _ in
          let (a, b, c) = (
            memory[item].pointer, memory[item].pointer + size * size, memory[item].pointer + 2 * size * size
          )
          for _ in 0..<repeats {
            multiply(
              MatrixOperand(a, rowStride: size), MatrixOperand(b, rowStride: size), into: c, rowStride: size,
              rows: size, columns: size, inner: size, accumulating: false)
          }
        }
      }
    }
    return Double(context.threads * repeats * 2 * size * size * size) / (duration / .seconds(1)) / 1e9
  }
}
