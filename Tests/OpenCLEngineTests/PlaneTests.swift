import Kernels
import Testing

@testable import OpenCLEngine

extension OnDevice {
  /// Planes of few numbers and of many, so that work-groups of both sizes are met.
  @Suite("Planes and batch norm")
  struct PlaneTests {
    private let engine: OpenCLEngine
    private let processor = ComputeContext(threads: 1)

    init() throws { engine = try TestDevice.engine() }

    static let pixels = [1, 9, 81]
    static let activations: [Activation] = [.identity, .relu, .leakyReLU(slope: 0.2)]

    /// What batch norm computes of a batch, forward and back.
    private struct Results {
      var mean, variance, factor, read: [Float]
      var gradient, shiftGradient, scaleGradient, convolutionGradient: [Float]
      var runningMean, runningVariance: [Float]
    }

    /// A pass through batch norm and a piecewise linear activation, forward and back.
    private func pass(
      _ engine: any Engine, _ layout: BatchLayout, pixels: Int, activation: Activation, isOfTheBatch: Bool
    ) -> Results {
      let channels = 5
      let shape = PlaneShape(layout, channels: channels, pixels: pixels)
      let count = channels * pixels
      let raw = batch(layout, count, "raw")
      let sums = DoubleBuffer(count: 2 * layout.images * channels)
      let (mean, variance) = (poisoned(channels), poisoned(channels))
      let (factor, meanGradient, slope) = (poisoned(channels), poisoned(channels), poisoned(channels))
      let parameters = FloatBuffer(normals(2 * channels + 1, "parameters"))
      // A slice keeps no buffer.
      defer { withExtendedLifetime((raw, mean, factor, meanGradient, slope, parameters, sums)) {} }
      engine.apply(.moments(PlaneMoments(sums, shape: shape)), to: raw, shape)
      engine.statistics(from: PlaneMoments(sums, shape: shape), mean: mean, variance: variance)
      engine.factor(
        factor, scale: parameters.slice(from: 1), variance: variance, channels: channels, epsilon: 1e-5)
      let seen = Activations(
        raw,
        normalization: ChannelNormalization(
          mean: mean.whole, factor: factor.whole, shift: parameters.slice(from: 1 + channels)),
        activation: activation, shape: shape)
      let output = poisoned(layout, count)
      engine.read(.activations(seen), into: output)

      let gradient = batch(layout, count, "gradient")
      let derivative = PlaneDerivative(seen, activation: activation, outputs: nil, sums: sums)
      engine.apply(.derivative(derivative), to: gradient, shape)
      let differentiated = engine.imageMajor(gradient, layout: layout, count: count)
      let gradients = FloatBuffer(normals(2 * channels + 1, "gradients"))
      let normalization = engine.normalizationGradient(
        of: derivative, variance: variance, epsilon: 1e-5, statisticsAreOfTheBatch: isOfTheBatch,
        meanGradient: meanGradient, slope: slope, scaleGradient: gradients.slice(from: 1),
        shiftGradient: gradients.slice(from: 1 + channels))
      engine.read(
        .gradients(Gradients(gradient, normalization: normalization, shape: shape)), into: gradient)
      let running = FloatBuffer(normals(2 * channels, "running"))
      engine.updateRunning(
        mean: running.whole, variance: running.slice(from: channels), batchMean: mean,
        batchVariance: variance, channels: channels, perChannel: max(2, layout.images * pixels), momentum: 0.1
      )
      return Results(
        mean: mean.array, variance: variance.array, factor: factor.array,
        read: engine.imageMajor(output, layout: layout, count: count), gradient: differentiated,
        shiftGradient: gradients[1 + channels..<1 + 2 * channels], scaleGradient: gradients[1..<1 + channels],
        convolutionGradient: gradient.array, runningMean: running[0..<channels],
        runningVariance: running[channels..<2 * channels])
    }

    @Test("batch norm agrees with the processor's, forward and back", arguments: pixels, layouts)
    func batchNorm(pixels: Int, layout: BatchLayout) {
      // One number a channel has no variance, and no two engines need agree on a quotient of roundings.
      if layout.images * pixels == 1 { return }
      for activation in Self.activations {
        for isOfTheBatch in [true, false] {
          let results = [engine as any Engine, processor].map {
            pass($0, layout, pixels: pixels, activation: activation, isOfTheBatch: isOfTheBatch)
          }
          for (path, bound) in [
            (\Results.mean, 1e-6), (\.variance, 1e-6), (\.factor, 1e-6), (\.read, 2e-6), (\.gradient, 2e-6),
            (\.shiftGradient, 2e-6), (\.scaleGradient, 3e-6), (\.convolutionGradient, 5e-6),
            (\.runningMean, 1e-6), (\.runningVariance, 1e-6),
          ] as [(KeyPath<Results, [Float]>, Float)] {
            #expect(error(results[0][keyPath: path], results[1][keyPath: path]) < bound, "\(path)")
          }
        }
      }
    }

    @Test("a batch norm without scale, and copied running statistics, agree")
    func withoutScale() {
      let results = [engine as any Engine, processor].map { (engine: any Engine) in
        let (factor, variance) = (poisoned(4), FloatBuffer(count: 4))
        let running = FloatBuffer([9, 9, 1, 2, 3, 4])
        engine.copy(running.slice(from: 2), to: variance, count: 4)
        engine.factor(factor, scale: nil, variance: variance, channels: 4, epsilon: 1e-3)
        return variance.array + factor.array
      }
      #expect(error(results[0], results[1]) < 1e-6)
    }

    @Test("activations and their derivatives agree", arguments: layouts)
    func activations(layout: BatchLayout) {
      let shape = PlaneShape(layout, channels: 3, pixels: 7)
      for activation in Self.activations + [.tanh, .sigmoid] {
        let results = [engine as any Engine, processor].map { (engine: any Engine) in
          let outputs = batch(layout, 21, "raw")
          engine.apply(activation, to: outputs, shape)
          let gradient = batch(layout, 21, "gradient")
          let seen = Activations(outputs, shape: shape)
          engine.apply(
            .derivative(PlaneDerivative(seen, activation: activation, outputs: outputs, sums: nil)),
            to: gradient, shape)
          // By what the activation was given, where that tells its derivative.
          let other = batch(layout, 21, "gradient")
          if activation.slope != nil {
            let values = batch(layout, 21, "raw")
            defer { withExtendedLifetime(values) {} }
            let raw = Activations(values, activation: activation, shape: shape)
            engine.apply(
              .derivative(PlaneDerivative(raw, activation: activation, outputs: nil, sums: nil)),
              to: other, shape)
            engine.read(.activations(raw), into: outputs)
          }
          return outputs.array + gradient.array + other.array
        }
        #expect(error(results[0], results[1]) < 1e-6, "\(activation)")
      }
    }

    @Test("a bias gets the sum over its planes, added", arguments: layouts)
    func bias(layout: BatchLayout) {
      let shape = PlaneShape(layout, channels: 3, pixels: 7)
      let results = [engine as any Engine, processor].map { (engine: any Engine) in
        let sums = DoubleBuffer(count: 2 * layout.images * 3)
        let (zero, one) = (FloatBuffer(count: 3), FloatBuffer([1, 1, 1]))
        let values = batch(layout, 21, "raw")
        // A slice keeps no buffer.
        defer { withExtendedLifetime((values, zero, one, sums)) {} }
        let raw = Activations(
          values,
          normalization: ChannelNormalization(mean: zero.whole, factor: one.whole, shift: zero.whole),
          shape: shape)
        let gradient = batch(layout, 21, "gradient")
        let derivative = PlaneDerivative(raw, activation: .identity, outputs: nil, sums: sums)
        engine.apply(.derivative(derivative), to: gradient, shape)
        let bias = FloatBuffer(normals(5, "bias"))
        engine.addBiasGradient(bias.slice(from: 2), of: derivative)
        return bias.array
      }
      #expect(error(results[0], results[1]) < 2e-6)
    }
  }
}
