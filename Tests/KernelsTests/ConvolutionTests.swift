import Kernels
import TestSupport
import Testing

/// A convolution by the kernels, on images one after the other.
struct KernelConvolution {
  let geometry: ConvolutionGeometry
  let images: Int
  let context: ComputeContext

  private func batch(_ values: [Float], channels: Int, pixels: Int) -> FloatBuffer {
    let buffer = FloatBuffer(count: values.count)
    ActivationLayout.load(
      buffer.pointer, imageMajor: values, images: images, channels: channels, pixels: pixels)
    return buffer
  }

  private func high(_ values: [Float]) -> FloatBuffer {
    batch(values, channels: geometry.highChannels, pixels: geometry.highPixels)
  }

  private func low(_ values: [Float]) -> FloatBuffer {
    batch(values, channels: geometry.lowChannels, pixels: geometry.lowPixels)
  }

  func highToLow(_ values: [Float], _ weights: [Float]) -> [Float] {
    let (high, weights) = (high(values), FloatBuffer(weights))
    let low = FloatBuffer(count: images * geometry.lowChannels * geometry.lowPixels)
    return withExtendedLifetime((high, weights, low)) {
      Convolution.highToLow(
        low.pointer, high: high.pointer, weights: weights.pointer, geometry: geometry, images: images,
        context: context)
      return ActivationLayout.imageMajor(
        low.pointer, images: images, channels: geometry.lowChannels, pixels: geometry.lowPixels)
    }
  }

  func lowToHigh(_ values: [Float], _ weights: [Float]) -> [Float] {
    let (low, weights) = (low(values), FloatBuffer(weights))
    let high = FloatBuffer(count: images * geometry.highChannels * geometry.highPixels)
    high.fill(with: 7)
    return withExtendedLifetime((high, weights, low)) {
      Convolution.lowToHigh(
        high.pointer, low: low.pointer, weights: weights.pointer, geometry: geometry, images: images,
        context: context)
      return ActivationLayout.imageMajor(
        high.pointer, images: images, channels: geometry.highChannels, pixels: geometry.highPixels)
    }
  }

  /// Accumulated twice, to see that it does accumulate.
  func doubledWeightGradient(_ highValues: [Float], _ lowValues: [Float]) -> [Float] {
    let (high, low) = (high(highValues), low(lowValues))
    let gradient = FloatBuffer(count: geometry.weightCount)
    return withExtendedLifetime((high, gradient, low)) {
      for _ in 0..<2 {
        Convolution.weightGradient(
          gradient.pointer, high: high.pointer, low: low.pointer, geometry: geometry, images: images,
          context: context)
      }
      return gradient.array
    }
  }
}

/// Numbers without structure, the same at every call.
func pseudorandom(_ count: Int, salt: Int) -> [Float] {
  var state = UInt64(truncatingIfNeeded: salt &* 7919 &+ 1)
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
  }
}

@Suite("Convolutions")
struct ConvolutionTests {
  static let geometries = [
    ConvolutionGeometry(
      highChannels: 3, highHeight: 32, highWidth: 32, lowChannels: 8, kernel: 4, stride: 2, padding: 1),
    ConvolutionGeometry(
      highChannels: 5, highHeight: 4, highWidth: 4, lowChannels: 7, kernel: 4, stride: 1, padding: 0),
    ConvolutionGeometry(
      highChannels: 6, highHeight: 8, highWidth: 8, lowChannels: 6, kernel: 3, stride: 1, padding: 1),
    ConvolutionGeometry(
      highChannels: 2, highHeight: 9, highWidth: 7, lowChannels: 3, kernel: 3, stride: 2, padding: 1),
    ConvolutionGeometry(
      highChannels: 1, highHeight: 10, highWidth: 13, lowChannels: 2, kernel: 4, stride: 3, padding: 0),
    ConvolutionGeometry(
      highChannels: 4, highHeight: 5, highWidth: 5, lowChannels: 1, kernel: 5, stride: 1, padding: 2),
    ConvolutionGeometry(
      highChannels: 9, highHeight: 6, highWidth: 6, lowChannels: 2, kernel: 1, stride: 1, padding: 0),
  ]

  @Test("all three passes agree with the definition", arguments: geometries, [1, 3, 20])
  func definition(_ g: ConvolutionGeometry, images: Int) {
    let convolution = KernelConvolution(geometry: g, images: images, context: ComputeContext(threads: 2))
    let high = pseudorandom(images * g.highChannels * g.highPixels, salt: 1)
    let low = pseudorandom(images * g.lowChannels * g.lowPixels, salt: 2)
    let weights = pseudorandom(g.weightCount, salt: 3)
    #expect(
      relativeMaximumError(
        convolution.highToLow(high, weights), NaiveConvolution.highToLow(high, weights, g, images: images))
        < 2e-6)
    #expect(
      relativeMaximumError(
        convolution.lowToHigh(low, weights), NaiveConvolution.lowToHigh(low, weights, g, images: images))
        < 2e-6)
    let gradient = NaiveConvolution.weightGradient(high, low, g, images: images).map { 2 * $0 }
    #expect(relativeMaximumError(convolution.doubledWeightGradient(high, low), gradient) < 4e-6)
  }

  @Test("the number of threads changes no bit", arguments: geometries)
  func threads(_ g: ConvolutionGeometry) {
    let images = 37
    let high = pseudorandom(images * g.highChannels * g.highPixels, salt: 1)
    let low = pseudorandom(images * g.lowChannels * g.lowPixels, salt: 2)
    let weights = pseudorandom(g.weightCount, salt: 3)
    let results = [1, 2, 5].map { threads in
      let convolution = KernelConvolution(
        geometry: g, images: images, context: ComputeContext(threads: threads))
      return [
        convolution.highToLow(high, weights), convolution.lowToHigh(low, weights),
        convolution.doubledWeightGradient(high, low),
      ]
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }
}
