import TestSupport
import Testing

@testable import Kernels

/// A convolution by the kernels, on images one after the other.
struct KernelConvolution {
  let convolution: Convolution
  let layout: BatchLayout
  let context: ComputeContext

  init(
    _ geometry: ConvolutionGeometry, images: Int, padsSmallBatches: Bool = true, threads: Int = 2,
    kernels: KernelSet
  ) {
    self.init(
      geometry, images: images, padsSmallBatches: padsSmallBatches,
      context: ComputeContext(threads: threads, kernels: kernels))
  }

  init(
    _ geometry: ConvolutionGeometry, images: Int, padsSmallBatches: Bool = true, context: ComputeContext
  ) {
    convolution = Convolution(geometry, kernels: context.kernels)
    layout = BatchLayout(images: images, padsSmallBatches: padsSmallBatches)
    self.context = context
  }

  private var geometry: ConvolutionGeometry { convolution.geometry }
  private var highCount: Int { geometry.highChannels * geometry.highPixels }
  private var lowCount: Int { geometry.lowChannels * geometry.lowPixels }

  private func batch(_ values: [Float], _ count: Int) -> FloatBuffer {
    let buffer = FloatBuffer(count: layout.count(perImage: count))
    ActivationLayout.load(buffer.pointer, imageMajor: values, layout: layout, count: count)
    return buffer
  }

  private var highShape: PlaneShape {
    PlaneShape(layout, channels: geometry.highChannels, pixels: geometry.highPixels)
  }
  private var lowShape: PlaneShape {
    PlaneShape(layout, channels: geometry.lowChannels, pixels: geometry.lowPixels)
  }

  func highToLow(_ values: [Float], _ weightValues: [Float]) -> [Float] {
    let (high, weights) = (batch(values, highCount), FloatBuffer(weightValues))
    let low = FloatBuffer(count: layout.count(perImage: lowCount))
    low.fill(with: 7)
    return withExtendedLifetime((high, weights, low)) {
      convolution.highToLow(
        low.pointer, from: .activations(Activations(high, shape: highShape)),
        weights: weights.pointer, context: context)
      return ActivationLayout.imageMajor(low.pointer, layout: layout, count: lowCount)
    }
  }

  func lowToHigh(_ values: [Float], _ weightValues: [Float]) -> [Float] {
    let (low, weights) = (batch(values, lowCount), FloatBuffer(weightValues))
    let high = FloatBuffer(count: layout.count(perImage: highCount))
    high.fill(with: 7)
    return withExtendedLifetime((high, weights, low)) {
      convolution.lowToHigh(
        high.pointer, from: .activations(Activations(low, shape: lowShape)),
        weights: weights.pointer, context: context)
      return ActivationLayout.imageMajor(high.pointer, layout: layout, count: highCount)
    }
  }

  /// Accumulated twice, to see that it does accumulate: as of a convolution, then as of a transposed one.
  func doubledWeightGradient(_ highValues: [Float], _ lowValues: [Float]) -> [Float] {
    let (high, low) = (batch(highValues, highCount), batch(lowValues, lowCount))
    let gradient = FloatBuffer(count: geometry.weightCount)
    return withExtendedLifetime((high, gradient, low)) {
      for isOfHighToLow in [true, false] {
        let sides = (
          PlaneSource.activations(Activations(high, shape: highShape)),
          PlaneSource.activations(Activations(low, shape: lowShape))
        )
        convolution.backward(
          ConvolutionBackward(
            isOfHighToLow: isOfHighToLow, gradient: isOfHighToLow ? sides.1 : sides.0,
            input: isOfHighToLow ? sides.0 : sides.1, weightGradient: gradient.whole, inputGradient: nil),
          weights: gradient.pointer, context: context)
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

  /// Geometries that the fast algorithm takes on: tiles of 4×4 low pixels.
  static let polyphaseGeometries = [
    ConvolutionGeometry(
      highChannels: 8, highHeight: 8, highWidth: 8, lowChannels: 9, kernel: 4, stride: 2, padding: 1),
    ConvolutionGeometry(
      highChannels: 12, highHeight: 16, highWidth: 24, lowChannels: 8, kernel: 4, stride: 2, padding: 1),
    ConvolutionGeometry(
      highChannels: 20, highHeight: 32, highWidth: 8, lowChannels: 70, kernel: 4, stride: 2, padding: 1),
  ]

  /// Compares all three passes with the definition; `tolerance` is relative to the largest magnitude.
  private func expectDefinition(_ convolution: KernelConvolution, tolerance: Double) {
    let (g, images) = (convolution.convolution.geometry, convolution.layout.images)
    let high = pseudorandom(images * g.highChannels * g.highPixels, salt: 1)
    let low = pseudorandom(images * g.lowChannels * g.lowPixels, salt: 2)
    let weights = pseudorandom(g.weightCount, salt: 3)
    #expect(
      relativeMaximumError(
        convolution.highToLow(high, weights), NaiveConvolution.highToLow(high, weights, g, images: images))
        < tolerance)
    #expect(
      relativeMaximumError(
        convolution.lowToHigh(low, weights), NaiveConvolution.lowToHigh(low, weights, g, images: images))
        < tolerance)
    let gradient = NaiveConvolution.weightGradient(high, low, g, images: images).map { 2 * $0 }
    #expect(relativeMaximumError(convolution.doubledWeightGradient(high, low), gradient) < 2 * tolerance)
  }

  @Test("patches agree with the definition", arguments: geometries + polyphaseGeometries, [1, 3, 20])
  func patches(_ g: ConvolutionGeometry, images: Int) {
    expectDefinition(KernelConvolution(g, images: images, kernels: .reference), tolerance: 2e-6)
  }

  @Test("panels agree with the definition", arguments: geometries, [1, 3, 20])
  func panels(_ g: ConvolutionGeometry, images: Int) {
    expectDefinition(KernelConvolution(g, images: images, kernels: .fast), tolerance: 2e-6)
  }

  @Test(
    "panels without lanes agree with the definition", arguments: geometries + polyphaseGeometries, [1, 7])
  func withoutLanes(_ g: ConvolutionGeometry, images: Int) {
    expectDefinition(
      KernelConvolution(g, images: images, padsSmallBatches: false, kernels: .fast), tolerance: 2e-6)
  }

  @Test("polyphase convolutions agree with the definition", arguments: polyphaseGeometries, [1, 16, 21, 64])
  func polyphase(_ g: ConvolutionGeometry, images: Int) {
    #expect(Convolution(g, kernels: .fast).readsPlanes(BatchLayout(images: 16)))
    #expect(!Convolution(g, kernels: .reference).readsPlanes(BatchLayout(images: 16)))
    expectDefinition(KernelConvolution(g, images: images, kernels: .fast), tolerance: 5e-6)
  }

  @Test("the number of threads changes no bit", arguments: geometries + polyphaseGeometries)
  func threads(_ g: ConvolutionGeometry) {
    let images = 37
    let high = pseudorandom(images * g.highChannels * g.highPixels, salt: 1)
    let low = pseudorandom(images * g.lowChannels * g.lowPixels, salt: 2)
    let weights = pseudorandom(g.weightCount, salt: 3)
    let results = [1, 2, 5].map { threads in
      let convolution = KernelConvolution(g, images: images, threads: threads, kernels: .fast)
      return [
        convolution.highToLow(high, weights), convolution.lowToHigh(low, weights),
        convolution.doubledWeightGradient(high, low),
      ]
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }
}
