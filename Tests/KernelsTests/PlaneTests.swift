import TestSupport
import Testing

@testable import Kernels

@Suite("Planes read and finished in passing")
struct PlaneTests {
  private static let geometry = ConvolutionGeometry(
    highChannels: 8, highHeight: 16, highWidth: 8, lowChannels: 9, kernel: 4, stride: 2, padding: 1)
  private let images = 21
  private let layout = BatchLayout(images: 21, padsSmallBatches: true)

  private func batch(_ perImage: Int, salt: Int) -> FloatBuffer {
    let buffer = FloatBuffer(count: layout.count(perImage: perImage))
    ActivationLayout.load(
      buffer.pointer, imageMajor: pseudorandom(images * perImage, salt: salt), layout: layout, count: perImage
    )
    return buffer
  }

  private func channels(_ count: Int, salt: Int, from lowest: Float = -1) -> FloatBuffer {
    FloatBuffer(pseudorandom(count, salt: salt).map { lowest + ($0 + 1) / 2 * (1 - lowest) })
  }

  @Test("activations read by a convolution are the normalized, activated ones", arguments: KernelSet.allCases)
  func reading(kernels: KernelSet) {
    let g = Self.geometry
    let context = ComputeContext(threads: 2, kernels: kernels)
    let convolution = Convolution(g, kernels: kernels)
    let raw = batch(g.highChannels * g.highPixels, salt: 1)
    let (mean, factor) = (channels(g.highChannels, salt: 2), channels(g.highChannels, salt: 3, from: 0.3))
    let shift = channels(g.highChannels, salt: 4)
    let shape = PlaneShape(layout, channels: g.highChannels, pixels: g.highPixels)
    let activations = Activations(
      raw,
      normalization: ChannelNormalization(mean: mean.whole, factor: factor.whole, shift: shift.whole),
      activation: .leakyReLU(slope: 0.2), shape: shape)
    let values = FloatBuffer(count: raw.count)
    PlaneSource.activations(activations).readAll(into: values.pointer, context: context)
    let weights = FloatBuffer(pseudorandom(g.weightCount, salt: 5))
    let low = FloatBuffer(count: layout.count(perImage: g.lowChannels * g.lowPixels))
    // Where planes are not read in passing, the values are given instead.
    let source =
      convolution.readsPlanes(layout) ? activations : Activations(values, shape: shape)
    convolution.highToLow(
      low.pointer, from: .activations(source), weights: weights.pointer, context: context)

    let images = ActivationLayout.imageMajor(raw.pointer, layout: layout, count: raw.count / 32)
    let activated = images.enumerated().map { index, value -> Float in
      let channel = index / g.highPixels % g.highChannels
      let normalized = (value - mean[channel]) * factor[channel] + shift[channel]
      return normalized > 0 ? normalized : 0.2 * normalized
    }
    let truth = NaiveConvolution.highToLow(activated, weights.array, g, images: self.images)
    let ours = ActivationLayout.imageMajor(
      low.pointer, layout: layout, count: g.lowChannels * g.lowPixels)
    #expect(relativeL2Error(ours, truth) < 3e-6)
    withExtendedLifetime((raw, mean, factor, shift, values, weights)) {}
  }

  @Test("a convolution's moments are the mean and variance of its result", arguments: KernelSet.allCases)
  func moments(kernels: KernelSet) {
    let g = Self.geometry
    let context = ComputeContext(threads: 2, kernels: kernels)
    let high = batch(g.highChannels * g.highPixels, salt: 1)
    let weights = FloatBuffer(pseudorandom(g.weightCount, salt: 2))
    let low = FloatBuffer(count: layout.count(perImage: g.lowChannels * g.lowPixels))
    let sums = DoubleBuffer(count: 2 * layout.groups * g.lowChannels)
    let moments = PlaneMoments(
      sums, shape: PlaneShape(layout, channels: g.lowChannels, pixels: g.lowPixels))
    let source = Activations(
      high, shape: PlaneShape(layout, channels: g.highChannels, pixels: g.highPixels))
    Convolution(g, kernels: kernels).highToLow(
      low.pointer, from: .activations(source), weights: weights.pointer, then: .moments(moments),
      context: context)
    let (mean, variance) = (FloatBuffer(count: g.lowChannels), FloatBuffer(count: g.lowChannels))
    BatchNormalization.statistics(from: moments, mean: mean.pointer, variance: variance.pointer)
    let values = ActivationLayout.imageMajor(
      low.pointer, layout: layout, count: g.lowChannels * g.lowPixels)
    for channel in 0..<g.lowChannels {
      let ofChannel = values.indices.filter { $0 / g.lowPixels % g.lowChannels == channel }
        .map { Double(values[$0]) }
      let center = ofChannel.reduce(0, +) / Double(ofChannel.count)
      let spread = ofChannel.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(ofChannel.count)
      #expect(abs(Double(mean[channel]) - center) < 1e-6)
      #expect(abs(Double(variance[channel]) / spread - 1) < 1e-5)
    }
    withExtendedLifetime((high, weights, low)) {}
  }
}
