import CKernels
import Testing

@testable import Kernels

@Suite("Innermost loops")
struct ProcessorKernelsTests {
  private let variants = (0..<processor_kernels_count()).map { processor_kernels_at($0).pointee }

  @Test("16 × 16 numbers are transposed")
  func transpose() {
    for kernels in variants {
      let source = FloatBuffer((0..<16 * 20).map(Float.init))
      let target = FloatBuffer(count: 16 * 24)
      kernels.transpose(target.pointer, 24, source.pointer, 20)
      for row in 0..<16 {
        for column in 0..<16 { #expect(target[column * 24 + row] == source[row * 20 + column]) }
      }
    }
  }

  /// Σ over runs and positions of left·right for 5 panels, on the given loops.
  private func product(_ kernels: processor_kernels, rows: Int, outer: Int, inner: Int) -> [Float] {
    let (panels, rowStep) = (5, 16 * 5 + 4)
    let left = FloatBuffer(pseudorandom(rows * 800, salt: 1))
    let right = FloatBuffer(pseudorandom(panels * 800 * 16, salt: 2))
    let result = FloatBuffer([Float](repeating: 1, count: rows * rowStep))
    PanelProduct.multiply(
      PanelFactor(pointer: left.pointer, rowStep: 800, innerStep: 1, outerStep: inner + 3),
      by: Panels(pointer: right.pointer, panelStep: 800 * 16, outerStep: inner * 16),
      into: Panels(pointer: result.pointer, panelStep: 16, rowStep: rowStep), rows: rows, panels: panels,
      outer: outer, inner: inner, accumulating: true, kernels)
    withExtendedLifetime((left, right)) {}
    return result.array
  }

  @Test(
    "a panel product is the sum of its products, added to what is there",
    arguments: 1...13, [(3, 7), (1, 300), (40, 16)])
  func panelProduct(rows: Int, runs: (outer: Int, inner: Int)) {
    let (outer, inner) = runs
    let left = pseudorandom(rows * 800, salt: 1)
    let right = pseudorandom(5 * 800 * 16, salt: 2)
    for kernels in variants {
      let result = product(kernels, rows: rows, outer: outer, inner: inner)
      for row in 0..<rows {
        for column in 0..<84 {
          var sum = 1.0
          if column < 80 {
            for run in 0..<outer {
              for index in 0..<inner {
                let a = row * 800 + run * (inner + 3) + index
                let b = column / 16 * 800 * 16 + (run * inner + index) * 16 + column % 16
                sum += Double(left[a]) * Double(right[b])
              }
            }
          }
          #expect(abs(Double(result[row * 84 + column]) - sum) < 3e-5)
        }
      }
    }
  }

  @Test("every instruction set gives the same bits: products and whole convolutions")
  func sameBits() {
    let geometry = ConvolutionGeometry(
      highChannels: 12, highHeight: 16, highWidth: 16, lowChannels: 10, kernel: 4, stride: 2, padding: 1)
    func results(_ kernels: processor_kernels) -> [[Float]] {
      let convolution = KernelConvolution(
        geometry, images: 21,
        context: ComputeContext(threads: 1, kernels: .fast, processor: kernels))
      let high = pseudorandom(21 * geometry.highChannels * geometry.highPixels, salt: 1)
      let low = pseudorandom(21 * geometry.lowChannels * geometry.lowPixels, salt: 2)
      let weights = pseudorandom(geometry.weightCount, salt: 3)
      return [
        product(kernels, rows: 11, outer: 1, inner: 300), convolution.highToLow(high, weights),
        convolution.lowToHigh(low, weights), convolution.doubledWeightGradient(high, low),
      ]
    }
    let first = results(variants[0])
    for other in variants.dropFirst() { #expect(results(other) == first) }
  }
}
