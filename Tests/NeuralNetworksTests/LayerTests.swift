import Foundation
import Kernels
import NeuralNetworks
import Randomness
import TestSupport
import Testing

@Suite("Layers without weights, and what moves weights")
struct LayerTests {
  private let context = ComputeContext(threads: 2)
  /// One with lanes, the last of them padded, and one without.
  private static let layouts = [BatchLayout(images: 5, padsSmallBatches: true), BatchLayout(images: 3)]

  private func dot(_ a: FloatBuffer, _ b: FloatBuffer) -> Double {
    zip(a.array, b.array).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func imageMajor(_ buffer: FloatBuffer, _ layout: BatchLayout, _ count: Int) -> [Float] {
    context.imageMajor(buffer, layout: layout, count: count)
  }

  @Test(
    "max pooling takes the largest of 2×2 pixels; a tie's gradient goes to the first; an odd rest is left out"
  )
  func maxPoolingByHand() {
    let layout = BatchLayout(images: 1)
    let high = FloatBuffer([
      1, 5, 3, 3, 9,
      2, 4, 3, 3, 9,
      9, 9, 9, 9, 9,
    ])
    let (low, gradient) = (FloatBuffer(count: 2), FloatBuffer(Array(repeating: 7, count: 15)))
    let lowGradient = FloatBuffer([10, 20])
    context.maxPool(low, from: high, layout: layout, channels: 1, height: 3, width: 5)
    #expect(low.array == [5, 3])
    context.maxPoolGradient(
      gradient, from: lowGradient, high: high, layout: layout, channels: 1,
      height: 3, width: 5)
    #expect(gradient.array == [0, 10, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test("finite differences confirm max pooling's gradient", arguments: layouts)
  func maxPooling(layout: BatchLayout) {
    let (highCount, lowCount) = (2 * 6 * 4, 2 * 3 * 2)
    let high = normalNumbers(layout.count(perImage: highCount), "high")
    let direction = normalNumbers(layout.count(perImage: lowCount), "direction")
    context.clearPadding(direction, layout: layout, count: lowCount)
    let low = FloatBuffer(count: direction.count)
    func loss() -> Double {
      context.maxPool(low, from: high, layout: layout, channels: 2, height: 6, width: 4)
      return dot(low, direction)
    }
    let gradient = FloatBuffer(count: high.count)
    context.maxPoolGradient(
      gradient, from: direction, high: high, layout: layout, channels: 2, height: 6,
      width: 4)
    let slopes = (0..<high.count).map { index -> Double in
      let value = high[index]
      high[index] = value + 1e-4
      let above = loss()
      high[index] = value - 1e-4
      let below = loss()
      high[index] = value
      return (above - below) / 2e-4
    }
    #expect(relativeMaximumError(gradient.array, slopes) < 5e-3)
  }

  @Test("up-sampling repeats pixels, and its gradient is the transposed map", arguments: layouts)
  func upSampling(layout: BatchLayout) {
    let (lowCount, highCount) = (3 * 2 * 3, 3 * 4 * 6)
    let low = normalNumbers(layout.count(perImage: lowCount), "low")
    let direction = normalNumbers(layout.count(perImage: highCount), "direction")
    let (high, gradient) = (FloatBuffer(count: direction.count), FloatBuffer(count: low.count))
    context.upSample(high, from: low, layout: layout, channels: 3, height: 2, width: 3)
    let (before, after) = (imageMajor(low, layout, lowCount), imageMajor(high, layout, highCount))
    for plane in 0..<3 * layout.images {
      for y in 0..<4 {
        for x in 0..<6 {
          #expect(after[(plane * 4 + y) * 6 + x] == before[(plane * 2 + y / 2) * 3 + x / 2])
        }
      }
    }
    context.upSampleGradient(gradient, from: direction, layout: layout, channels: 3, height: 2, width: 3)
    let (forward, backward) = (dot(high, direction), dot(low, gradient))
    #expect(abs(forward - backward) < 1e-4 * max(1, abs(forward)))
  }

  @Test(
    "joined channels are the first part's, then the second's; splitting gives both back", arguments: layouts)
  func channels(layout: BatchLayout) {
    let (firstCount, secondCount) = (2 * 4, 3 * 4)
    let first = normalNumbers(layout.count(perImage: firstCount), "first")
    let second = normalNumbers(layout.count(perImage: secondCount), "second")
    let joined = FloatBuffer(count: first.count + second.count)
    context.join(
      joined, first, firstCount: firstCount, second, secondCount: secondCount,
      layout: layout)
    let (a, b) = (imageMajor(first, layout, firstCount), imageMajor(second, layout, secondCount))
    let both = imageMajor(joined, layout, firstCount + secondCount)
    for image in 0..<layout.images {
      let expected = a[image * 8..<(image + 1) * 8] + b[image * 12..<(image + 1) * 12]
      #expect(Array(both[image * 20..<(image + 1) * 20]) == Array(expected))
    }
    let (one, two) = (FloatBuffer(count: first.count), FloatBuffer(count: second.count))
    context.split(joined, one, firstCount: firstCount, nil, secondCount: secondCount, layout: layout)
    context.split(joined, nil, firstCount: firstCount, two, secondCount: secondCount, layout: layout)
    #expect(one.array == first.array && two.array == second.array)
  }

  @Test(
    "dropout drops its share, keeps the mean, and draws the same mask from the same name",
    arguments: [0.3, 0.5])
  func dropout(rate: Double) {
    let layout = BatchLayout(images: 40)
    let dropout = Dropout(rate: rate)
    func mask(_ name: String) -> FloatBuffer {
      let mask = FloatBuffer(count: layout.count(perImage: 501))
      var stream = RandomStream(seed: 5, name: name)
      dropout.draw(mask, layout: layout, count: 501, from: &stream)
      return mask
    }
    let values = mask("dropout/epoch 1/step 2")
    #expect(values.array == mask("dropout/epoch 1/step 2").array)
    #expect(values.array != mask("dropout/epoch 1/step 3").array)
    #expect(Set(values.array) == [0, Float(1 / (1 - rate))])
    let dropped = Double(values.array.count { $0 == 0 }) / Double(values.count)
    // Five deviations of a share of 24,000 draws.
    #expect(abs(dropped - rate) < 5 * (rate * (1 - rate) / Double(values.count)).squareRoot())

    let source = normalNumbers(values.count, "source")
    let target = FloatBuffer(count: values.count)
    context.multiply(target, source, values, count: values.count)
    #expect(target.array == zip(source.array, values.array).map { $0 * $1 })
  }

  @Test("a moving average goes its share of the way to the newest weights and copies running statistics")
  func movingAverage() {
    let network = Network(
      name: "n",
      blocks: [
        .convolution(
          "c", from: Shape(1, 4, 4), to: 2, kernel: 3, stride: 1, padding: 1, batchNorm: true,
          activation: .relu)
      ])
    let weights = NetworkWeights(for: network)
    weights.parameters.fill(with: 1)
    let average = MovingAverage(of: weights, network: network, decay: 0.9)
    weights.parameters.fill(with: 2)
    weights.running.fill(with: 5)
    #expect(average.weights.parameters.array.allSatisfy { $0 == 1 })
    for _ in 0..<2 { average.update(from: weights, engine: context) }
    // 2 − 0.9²
    #expect(average.weights.parameters.array.allSatisfy { abs($0 - 1.19) < 1e-6 })
    #expect(average.weights.running.array == weights.running.array)
  }

  @Test("Adam adds weight decay to the gradient and takes each step's own learning rate")
  func adam() {
    let (decay, rates) = (0.1, [1e-2, 1e-2, 1e-3])
    let adam = Adam(parameterCount: 3, learningRate: 1e-2, beta1: 0.9, beta2: 0.999, weightDecay: decay)
    let parameters = FloatBuffer([1, -2, 0.5])
    var expected = parameters.array.map(Double.init)
    var (first, second) = ([0.0, 0, 0], [0.0, 0, 0])
    for (step, rate) in rates.enumerated() {
      let gradient = normalNumbers(3, "gradient \(step)")
      let slopes = gradient.array
      adam.step(parameters, gradient: gradient, learningRate: step == 0 ? nil : rate, engine: context)
      for index in 0..<3 {
        let slope = Double(slopes[index]) + decay * expected[index]
        first[index] = 0.9 * first[index] + 0.1 * slope
        second[index] = 0.999 * second[index] + 0.001 * slope * slope
        let mean = first[index] / (1 - pow(0.9, Double(step + 1)))
        let square = second[index] / (1 - pow(0.999, Double(step + 1)))
        expected[index] -= rate * mean / (square.squareRoot() + 1e-8)
      }
      #expect(relativeMaximumError(parameters.array, expected) < 1e-6)
    }
  }
}
