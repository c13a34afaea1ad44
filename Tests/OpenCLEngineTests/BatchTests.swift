import Kernels
import Testing

@testable import OpenCLEngine

extension OnDevice {
  @Suite("Batches and losses")
  struct BatchTests {
    private let engine: OpenCLEngine
    private let processor = ComputeContext(threads: 1)
    private var engines: [any Engine] { [engine, processor] }

    init() throws { engine = try TestDevice.engine() }

    @Test("bytes are looked up in one table, or in one for each image", arguments: layouts)
    func load(layout: BatchLayout) {
      let count = 11
      let bytes = (0..<40 * count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 7) }
      let indices = (0..<layout.images).map { ($0 * 17 + 3) % 40 }
      for tables in [1, layout.images] {
        let table = normals(256 * tables, "table")
        let results = engines.map { engine in
          let batch = poisoned(layout, count)
          engine.load(batch, bytes: bytes, indices: indices[...], table: table, layout: layout, count: count)
          return batch.array
        }
        #expect(results[0] == results[1])
      }
    }

    @Test("another store of the same size is not taken for the first one")
    func stores() {
      let layout = BatchLayout(images: 16)
      let table = (0..<256).map(Float.init)
      for value in UInt8(0)..<7 {
        let batch = poisoned(layout, 2)
        engine.load(
          batch, bytes: [UInt8](repeating: value, count: 32), indices: Array(0..<16)[...], table: table,
          layout: layout, count: 2)
        #expect(batch.array == [Float](repeating: Float(value), count: 32))
      }
      #expect(engine.stores.count == 4)
    }

    @Test("padding is cleared, parts are joined and taken apart", arguments: layouts)
    func layout(layout: BatchLayout) {
      let results = engines.map { engine in
        let full = FloatBuffer(normals(layout.count(perImage: 6), "full"))
        engine.clearPadding(full, layout: layout, count: 6)
        let (joined, first, second) = (poisoned(layout, 10), poisoned(layout, 6), poisoned(layout, 4))
        engine.join(
          joined, full, firstCount: 6, batch(layout, 4, "second"), secondCount: 4, layout: layout)
        engine.split(joined, first, firstCount: 6, second, secondCount: 4, layout: layout)
        let alone = poisoned(layout, 4)
        engine.split(joined, nil, firstCount: 6, alone, secondCount: 4, layout: layout)
        return [full, joined, first, second, alone].map(\.array)
      }
      #expect(results[0] == results[1])
    }

    @Test("pooling and up-sampling give the processor's bits, and so do their gradients", arguments: layouts)
    func resampling(layout: BatchLayout) {
      for (height, width) in [(4, 6), (5, 7), (2, 3)] {
        let (high, low) = (2 * height * width, 2 * (height / 2) * (width / 2))
        let results = engines.map { engine in
          // Rounded, so that there are equal neighbors.
          let images = FloatBuffer(batch(layout, high, "high").array.map { $0.rounded() })
          let (pooled, gradient) = (poisoned(layout, low), poisoned(layout, high))
          engine.maxPool(
            pooled, from: images, layout: layout, channels: 2, height: height, width: width)
          engine.maxPoolGradient(
            gradient, from: batch(layout, low, "low"), high: images, layout: layout, channels: 2,
            height: height, width: width)
          let (larger, sum) = (poisoned(layout, 4 * high), poisoned(layout, high))
          engine.upSample(larger, from: images, layout: layout, channels: 2, height: height, width: width)
          engine.upSampleGradient(
            sum, from: batch(layout, 4 * high, "larger"), layout: layout, channels: 2, height: height,
            width: width)
          return [pooled, gradient, larger, sum].map(\.array)
        }
        #expect(results[0] == results[1], "\(height)×\(width)")
      }
    }

    @Test("losses and distances agree to a few roundings of a float, padding left out", arguments: layouts)
    func losses(layout: BatchLayout) {
      for count in [1, 100, 3000] {
        let (a, b) = (batch(layout, count, "a"), batch(layout, count, "b"))
        // Padding that would spoil a sum.
        for index in 0..<a.count where a[index] == 0 && b[index] == 0 { a[index] = 1e9 }
        let expected = numbers(processor, a, b, layout, count)
        let ours = numbers(engine, a, b, layout, count)
        for (ours, expected) in zip(ours, expected) {
          #expect(abs(ours - expected) <= 2e-7 * abs(expected), "\(count)")
        }
      }
    }

    private func numbers(
      _ engine: any Engine, _ a: FloatBuffer, _ b: FloatBuffer, _ layout: BatchLayout, _ count: Int
    ) -> [Double] {
      let sums = engine.differenceSumsByImage(a, b, layout: layout, count: count)
      return [
        engine.value(of: engine.meanSquaredDifference(a, b, layout: layout, count: count)),
        engine.value(of: engine.meanAbsoluteDifference(a, b, layout: layout, count: count)),
      ] + sums.map(\.absolute) + sums.map(\.squared)
    }

    @Test("cross-entropies and their gradients agree, at the ends as well")
    func crossEntropy() {
      let probabilities = FloatBuffer([0.5, 0.001, 0.999, 1, 0, 1e-7, 0.25, 0.999_999_9])
      let logits = FloatBuffer([0, -3, 3, 60, -60, 12, -12, 0.5])
      for target in [0.0, 1.0, 0.9] {
        for predictions in [Predictions.probabilities(probabilities), .logits(logits)] {
          let results = engines.map { engine in
            let gradient = poisoned(8)
            engine.crossEntropyGradient(gradient, predictions, count: 8, target: target, factor: 0.5)
            let loss = engine.crossEntropy(predictions, count: 8, target: target)
            return (engine.value(of: loss), gradient.array)
          }
          #expect(results[0].0 == results[1].0)
          for (ours, expected) in zip(results[0].1, results[1].1) {
            // A difference of doubles near 1 leaves nothing below 1e-16.
            #expect(abs(ours - expected) <= 2e-6 * abs(expected) + 1e-16, "\(target)")
          }
        }
      }
    }
  }
}
