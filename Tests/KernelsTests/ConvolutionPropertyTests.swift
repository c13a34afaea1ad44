import Randomness
import TestSupport
import Testing

@testable import Kernels

@Suite("Convolutions of random shapes")
struct ConvolutionPropertyTests {
  /// A shape that the stream draws: a third for the fast algorithm, a third near to it, the others anything.
  private static func geometry(_ stream: inout RandomStream, _ index: Int) -> ConvolutionGeometry {
    func draw(_ range: ClosedRange<Int>) -> Int { range.lowerBound + stream.nextIndex(below: range.count) }
    switch index % 3 {
    case 0:
      return ConvolutionGeometry(
        highChannels: 4 * draw(2...4), highHeight: 8 * draw(1...2), highWidth: 8 * draw(1...2),
        lowChannels: draw(8...17), kernel: 4, stride: 2, padding: 1)
    case 1:
      return ConvolutionGeometry(
        highChannels: draw(1...11), highHeight: 2 * draw(2...9), highWidth: 2 * draw(2...9),
        lowChannels: draw(1...13), kernel: 4, stride: 2, padding: 1)
    default:
      let kernel = draw(1...5)
      return ConvolutionGeometry(
        highChannels: draw(1...7), highHeight: draw(kernel...12), highWidth: draw(kernel...12),
        lowChannels: draw(1...9), kernel: kernel, stride: draw(1...3), padding: draw(0...kernel - 1))
    }
  }

  @Test("all passes of 210 shapes agree with the definition", arguments: KernelSet.allCases)
  func shapes(kernels: KernelSet) {
    var stream = RandomStream(seed: 5, name: "shapes")
    var fast = 0
    for index in 0..<210 {
      let g = Self.geometry(&stream, index)
      let images = [1, 2, 15, 16, 17, 33][stream.nextIndex(below: 6)]
      let convolution = KernelConvolution(
        g, images: images, padsSmallBatches: stream.nextIndex(below: 2) == 0, kernels: kernels)
      if convolution.convolution.readsPlanes(BatchLayout(images: 16)) { fast += 1 }
      let high = pseudorandom(images * g.highChannels * g.highPixels, salt: 3 * index)
      let low = pseudorandom(images * g.lowChannels * g.lowPixels, salt: 3 * index + 1)
      let weights = pseudorandom(g.weightCount, salt: 3 * index + 2)
      let errors = [
        relativeL2Error(
          convolution.highToLow(high, weights), NaiveConvolution.highToLow(high, weights, g, images: images)),
        relativeL2Error(
          convolution.lowToHigh(low, weights), NaiveConvolution.lowToHigh(low, weights, g, images: images)),
        relativeL2Error(
          convolution.doubledWeightGradient(high, low),
          NaiveConvolution.weightGradient(high, low, g, images: images).map { 2 * $0 }),
      ]
      #expect(errors.allSatisfy { $0 < 3e-6 }, "\(g), \(images) images: \(errors)")
    }
    #expect(fast == (kernels == .fast ? 70 : 0))
  }
}
