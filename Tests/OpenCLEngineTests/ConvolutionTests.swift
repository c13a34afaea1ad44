import Kernels
import Testing

@testable import OpenCLEngine

extension OnDevice {
  @Suite("Convolutions")
  struct ConvolutionTests {
    private let engine: OpenCLEngine
    private let processor = ComputeContext(threads: 2, kernels: .reference)

    init() throws { engine = try TestDevice.engine() }

    /// Layers that the fast kernels take: tiles side by side and one above the other.
    static let polyphase = [
      ConvolutionGeometry(
        highChannels: 8, highHeight: 8, highWidth: 8, lowChannels: 9, kernel: 4, stride: 2, padding: 1),
      ConvolutionGeometry(
        highChannels: 11, highHeight: 24, highWidth: 16, lowChannels: 8, kernel: 4, stride: 2, padding: 1),
    ]

    /// Odd shapes, and those of the detectors' layers in small.
    static let geometries = [
      ConvolutionGeometry(
        highChannels: 1, highHeight: 8, highWidth: 8, lowChannels: 5, kernel: 4, stride: 2, padding: 1),
      ConvolutionGeometry(
        highChannels: 3, highHeight: 9, highWidth: 7, lowChannels: 18, kernel: 4, stride: 2, padding: 1),
      ConvolutionGeometry(
        highChannels: 5, highHeight: 4, highWidth: 4, lowChannels: 37, kernel: 4, stride: 1, padding: 0),
      ConvolutionGeometry(
        highChannels: 6, highHeight: 5, highWidth: 6, lowChannels: 3, kernel: 3, stride: 1, padding: 1),
      ConvolutionGeometry(
        highChannels: 2, highHeight: 7, highWidth: 5, lowChannels: 5, kernel: 5, stride: 1, padding: 2),
      ConvolutionGeometry(
        highChannels: 3, highHeight: 6, highWidth: 7, lowChannels: 4, kernel: 3, stride: 2, padding: 0,
        paddingAfter: 1),
      ConvolutionGeometry(
        highChannels: 20, highHeight: 2, highWidth: 2, lowChannels: 1, kernel: 4, stride: 2, padding: 1),
      // A stride that skips pixels: some phases meet no tap.
      ConvolutionGeometry(
        highChannels: 2, highHeight: 7, highWidth: 8, lowChannels: 3, kernel: 2, stride: 3, padding: 0),
      ConvolutionGeometry(
        highChannels: 70, highHeight: 1, highWidth: 1, lowChannels: 65, kernel: 1, stride: 1, padding: 0),
      // Sums that are divided into parts.
      ConvolutionGeometry(
        highChannels: 90, highHeight: 4, highWidth: 4, lowChannels: 17, kernel: 4, stride: 1, padding: 0),
    ]

    @Test("high to low agrees with the processor's products", arguments: geometries + polyphase, layouts)
    func highToLow(g: ConvolutionGeometry, layout: BatchLayout) {
      let high = batch(layout, g.highChannels * g.highPixels, "high")
      let weights = FloatBuffer(normals(g.weightCount + 3, "weights"))
      let results = both { engine in
        let low = poisoned(layout, g.lowChannels * g.lowPixels)
        engine.highToLow(
          g, low, from: plain(high, layout, g.highChannels, g.highPixels), weights: weights.slice(from: 3),
          then: .nothing)
        return engine.imageMajor(low, layout: layout, count: g.lowChannels * g.lowPixels)
      }
      #expect(error(results.device, results.processor) < bound(g, layout, 2e-6))
    }

    @Test("low to high agrees with the processor's products", arguments: geometries + polyphase, layouts)
    func lowToHigh(g: ConvolutionGeometry, layout: BatchLayout) {
      let low = batch(layout, g.lowChannels * g.lowPixels, "low")
      let weights = FloatBuffer(normals(g.weightCount + 3, "weights"))
      let results = both { engine in
        let high = poisoned(layout, g.highChannels * g.highPixels)
        engine.lowToHigh(
          g, high, from: plain(low, layout, g.lowChannels, g.lowPixels), weights: weights.slice(from: 3),
          then: .nothing)
        return engine.imageMajor(high, layout: layout, count: g.highChannels * g.highPixels)
      }
      #expect(error(results.device, results.processor) < bound(g, layout, 2e-6))
    }

    @Test(
      "both gradients agree with the processor's, the weights' one added", arguments: geometries + polyphase,
      layouts)
    func backward(g: ConvolutionGeometry, layout: BatchLayout) {
      let high = batch(layout, g.highChannels * g.highPixels, "high")
      let low = batch(layout, g.lowChannels * g.lowPixels, "low")
      let weights = FloatBuffer(normals(g.weightCount, "weights"))
      for isOfHighToLow in [true, false] {
        let results = both { engine in
          let weightGradient = FloatBuffer(normals(g.weightCount + 2, "sum so far"))
          let (input, gradient) = isOfHighToLow ? (high, low) : (low, high)
          let (channels, pixels) =
            isOfHighToLow ? (g.highChannels, g.highPixels) : (g.lowChannels, g.lowPixels)
          let (outputs, outputPixels) =
            isOfHighToLow ? (g.lowChannels, g.lowPixels) : (g.highChannels, g.highPixels)
          let inputGradient = poisoned(layout, channels * pixels)
          engine.backward(
            g,
            ConvolutionBackward(
              isOfHighToLow: isOfHighToLow,
              gradient: .gradients(
                Gradients(gradient, shape: PlaneShape(layout, channels: outputs, pixels: outputPixels))),
              input: plain(input, layout, channels, pixels), weightGradient: weightGradient.slice(from: 2),
              inputGradient: inputGradient), weights: weights.whole)
          return weightGradient.array
            + engine.imageMajor(inputGradient, layout: layout, count: channels * pixels)
        }
        let (count, bound) = (g.weightCount + 2, bound(g, layout, 4e-6))
        #expect(error(Array(results.device[..<count]), Array(results.processor[..<count])) < bound)
        #expect(error(Array(results.device[count...]), Array(results.processor[count...])) < bound)
      }
    }

    private func plain(
      _ buffer: FloatBuffer, _ layout: BatchLayout, _ channels: Int, _ pixels: Int
    ) -> PlaneSource {
      .activations(Activations(buffer, shape: PlaneShape(layout, channels: channels, pixels: pixels)))
    }

    /// The largest error, relative to the largest number: that of transforms is some times that of plain sums.
    private func bound(_ g: ConvolutionGeometry, _ layout: BatchLayout, _ plain: Float) -> Float {
      PolyphaseProducts(g, layout, engine: engine) == nil ? plain : 6e-6
    }

    @Test("the fast kernels take layers of their shape in full lanes, and the reference ones take all")
    func choice() throws {
      let (full, few) = (BatchLayout(images: 16), BatchLayout(images: 2))
      for g in Self.polyphase {
        #expect(PolyphaseProducts(g, full, engine: engine) != nil)
        #expect(PolyphaseProducts(g, few, engine: engine) == nil)
      }
      #expect(Self.geometries.allSatisfy { PolyphaseProducts($0, full, engine: engine) == nil })
      #expect(engine.kernels == .fast)
      let reference = try OpenCLEngine(#require(TestDevice.device), kernels: .reference, isProfiled: true)
      let g = Self.polyphase[0]
      let (low, weights) = (poisoned(full, g.lowChannels * g.lowPixels), FloatBuffer(count: g.weightCount))
      let high = batch(full, g.highChannels * g.highPixels, "high")
      reference.highToLow(
        g, low, from: plain(high, full, g.highChannels, g.highPixels), weights: weights.whole, then: .nothing)
      #expect(reference.takeProfile().contains { $0.kernel == "highToLow" })
    }

    /// What the device computes, and the processor.
    private func both(_ body: (any Engine) -> [Float]) -> (device: [Float], processor: [Float]) {
      // The processor first: it looks at no mirror.
      let expected = body(processor)
      return (body(engine), expected)
    }
  }
}
