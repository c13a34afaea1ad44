import Foundation
import HDF5
import Kernels
import NeuralNetworks
import TestSupport
import Testing

/// Single operations as torch computes them in float64, inputs float32; the file's `description` says more.
struct GoldenOperation {
  let group: HDF5Group
  private let context = ComputeContext(threads: 1)

  init(_ name: String) throws {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    group = try HDF5File.open(folder.appendingPathComponent("ops.h5").path).root.openGroup(name)
  }

  func floats(_ name: String) throws -> [Float] { try group.openDataset(name).read(Float.self).values }
  func truth(_ name: String) throws -> [Double] { try group.openDataset(name).read(Double.self).values }
  func shape(_ name: String) throws -> [Int] { try group.openDataset(name).shape() }

  /// A tensor `[image][channel][row][column]` as the kernels lay it out.
  func batch(_ name: String) throws -> FloatBuffer {
    let shape = try shape(name)
    let values = try floats(name)
    let layout = BatchLayout(images: shape[0], padsSmallBatches: true)
    let buffer = FloatBuffer(count: layout.count(perImage: shape[1] * shape[2] * shape[3]))
    context.load(buffer, imageMajor: values, layout: layout, count: shape[1] * shape[2] * shape[3])
    return buffer
  }
}

@Suite("Single operations against torch")
struct OperationTests {
  private let context = ComputeContext(threads: 1)

  /// Values of the kernels' layout, image by image.
  private func imageMajor(_ buffer: FloatBuffer, _ shape: [Int]) -> [Float] {
    context.imageMajor(
      buffer, layout: BatchLayout(images: shape[0], padsSmallBatches: true),
      count: shape[1] * shape[2] * shape[3])
  }

  @Test(
    "convolutions and transposed convolutions: result, input gradient, weight gradient",
    arguments: [
      "conv_3_1_1", "conv_4_1_0", "conv_4_1_0_out1", "conv_4_2_1", "conv_4_2_1_nc1", "convt_4_1_0",
      "convt_4_2_1",
      "convt_4_2_1_nc3",
    ])
  func convolution(_ name: String) throws {
    let golden = try GoldenOperation(name)
    let (inputShape, outputShape) = (try golden.shape("x"), try golden.shape("y"))
    let stride = try golden.group.attributes.readNumber(Int.self, "stride")
    let padding = try golden.group.attributes.readNumber(Int.self, "pad")
    let isTransposed = try golden.group.attributes.readNumber(Int.self, "transposed") == 1
    let kernel = try golden.shape("w")[3]
    let input = Shape(inputShape[1], inputShape[2], inputShape[3])
    let block =
      isTransposed
      ? ConvolutionBlock.transposed(
        "t", from: input, to: outputShape[1], kernel: kernel, stride: stride, padding: padding,
        batchNorm: false,
        activation: .identity)
      : ConvolutionBlock.convolution(
        "c", from: input, to: outputShape[1], kernel: kernel, stride: stride, padding: padding,
        batchNorm: false,
        activation: .identity)
    let network = Network(name: "one", blocks: [block])
    let weights = NetworkWeights(for: network)
    weights.parameters.replace(from: 0, with: try golden.floats("w"))
    let images = inputShape[0]
    let pass = Pass(of: network, capacity: images)
    let x = try golden.batch("x")
    let layout = BatchLayout(images: images, padsSmallBatches: true)
    network.forward(x, layout: layout, weights: weights, mode: .batchStatistics, pass: pass, engine: context)
    #expect(relativeMaximumError(imageMajor(pass.output(of: 0), outputShape), try golden.truth("y")) < 1e-6)

    let gradients = FloatBuffer(count: network.parameterCount)
    let inputGradient = FloatBuffer(count: x.count)
    network.backward(
      through: 0..<1, gradient: try golden.batch("gy"), weights: weights, pass: pass,
      parameterGradients: gradients, inputGradient: inputGradient,
      workspace: GradientWorkspace(for: [network], capacity: images), engine: context)
    #expect(relativeMaximumError(imageMajor(inputGradient, inputShape), try golden.truth("gx")) < 1e-6)
    #expect(relativeMaximumError(gradients.array, try golden.truth("gw")) < 2e-6)
  }

  @Test("batch norm: both modes, gradients, running statistics", arguments: ["bn", "bn_b1", "bn_offset"])
  func batchNorm(_ name: String) throws {
    let golden = try GoldenOperation(name)
    let shape = try golden.shape("x")
    let (channels, pixels) = (shape[1], shape[2] * shape[3])
    let layout = BatchLayout(images: shape[0], padsSmallBatches: true)
    let (x, gradient) = (try golden.batch("x"), try golden.batch("gy"))
    let (gamma, beta) = (FloatBuffer(try golden.floats("gamma")), FloatBuffer(try golden.floats("beta")))
    let (mean, variance) = (FloatBuffer(count: channels), FloatBuffer(count: channels))
    let (runningMean, runningVariance) = (
      FloatBuffer(count: channels), FloatBuffer([Float](repeating: 1, count: channels))
    )
    let (output, evaluated) = (FloatBuffer(count: x.count), FloatBuffer(count: x.count))
    let (scaleGradient, shiftGradient) = (FloatBuffer(count: channels), FloatBuffer(count: channels))
    let (factor, meanGradient, slope) = (
      FloatBuffer(count: channels), FloatBuffer(count: channels), FloatBuffer(count: channels)
    )
    let planes = PlaneShape(layout, channels: channels, pixels: pixels)
    let sums = DoubleBuffer(count: 2 * layout.groups * channels)
    let moments = PlaneMoments(sums, shape: planes)
    context.apply(.moments(moments), to: x, planes)
    context.statistics(from: moments, mean: mean, variance: variance)
    func activations(_ mean: FloatBuffer, _ variance: FloatBuffer) -> Activations {
      context.factor(
        factor, scale: gamma.whole, variance: variance, channels: channels,
        epsilon: BatchNormalization.epsilon)
      let normalization = ChannelNormalization(mean: mean.whole, factor: factor.whole, shift: beta.whole)
      return Activations(x, normalization: normalization, shape: planes)
    }
    context.updateRunning(
      mean: runningMean.whole, variance: runningVariance.whole, batchMean: mean, batchVariance: variance,
      channels: channels, perChannel: shape[0] * pixels, momentum: BatchNormalization.momentum)
    context.read(.activations(activations(runningMean, runningVariance)), into: evaluated)
    let inTraining = activations(mean, variance)
    context.read(.activations(inTraining), into: output)
    let derivative = PlaneDerivative(inTraining, activation: .identity, outputs: nil, sums: sums)
    context.apply(.derivative(derivative), to: gradient, planes)
    let normalization = context.normalizationGradient(
      of: derivative, variance: variance, epsilon: BatchNormalization.epsilon,
      statisticsAreOfTheBatch: true, meanGradient: meanGradient, slope: slope,
      scaleGradient: scaleGradient.whole, shiftGradient: shiftGradient.whole)
    context.read(.gradients(Gradients(gradient, normalization: normalization, shape: planes)), into: gradient)
    for (ours, quantity, bound) in [
      (imageMajor(output, shape), "y", 1e-6), (imageMajor(evaluated, shape), "y_eval", 1e-6),
      (imageMajor(gradient, shape), "gx", 1e-5), (scaleGradient.array, "ggamma", 1e-5),
      (shiftGradient.array, "gbeta", 1e-6), (runningMean.array, "running_mean", 1e-6),
      (runningVariance.array, "running_var", 1e-6),
    ] {
      let error = relativeMaximumError(ours, try golden.truth(quantity))
      // A mean of 340 deviations, rounded to float, is off by up to 340 roundings of a deviation.
      #expect(error < bound * (name == "bn_offset" ? 20 : 1), "\(quantity)")
    }
  }

  @Test(
    "activations and their derivatives",
    arguments: [
      ("relu", Activation.relu), ("lrelu", .leakyReLU(slope: 0.2)), ("tanh", .tanh), ("sigmoid", .sigmoid),
    ])
  func activation(_ name: String, _ function: Activation) throws {
    let golden = try GoldenOperation(name)
    let (values, gradient) = (FloatBuffer(try golden.floats("x")), FloatBuffer(try golden.floats("gy")))
    let layout = BatchLayout(images: 1)
    let planes = PlaneShape(layout, channels: 1, pixels: values.count)
    let raw = Activations(
      values, activation: function.slope == nil ? .identity : function, shape: planes)
    context.apply(function, to: values, planes)
    let derivative = PlaneDerivative(
      raw, activation: function, outputs: function.slope == nil ? values : nil, sums: nil)
    context.apply(.derivative(derivative), to: gradient, planes)
    #expect(relativeMaximumError(values.array, try golden.truth("y")) < 1e-6)
    #expect(relativeMaximumError(gradient.array, try golden.truth("gx")) < 1e-6)
  }

  @Test("binary cross-entropy, its limits included", arguments: [0.0, 1.0])
  func binaryCrossEntropy(target: Double) throws {
    let golden = try GoldenOperation("bce_target\(Int(target))")
    let probabilities = FloatBuffer(try golden.floats("p"))
    let gradient = FloatBuffer(count: probabilities.count)
    let loss = context.crossEntropy(.probabilities(probabilities), count: probabilities.count, target: target)
    context.crossEntropyGradient(
      gradient, .probabilities(probabilities), count: probabilities.count, target: target, factor: 1)
    #expect(abs(context.value(of: loss) / (try golden.truth("loss")[0]) - 1) < 1e-12)
    for (ours, truth) in zip(gradient.array, try golden.truth("gp")) {
      #expect(abs(Double(ours) - truth) <= 1e-6 * abs(truth))
    }
  }

  @Test("mean absolute and squared differences with their gradients")
  func differences() throws {
    for name in ["l1", "l2"] {
      let golden = try GoldenOperation(name)
      let (a, b) = (FloatBuffer(try golden.floats("a")), FloatBuffer(try golden.floats("b")))
      let gradient = FloatBuffer(count: a.count)
      let count = Double(a.count)
      let mean: Measured
      if name == "l1" {
        mean = context.meanAbsoluteDifference(a, b, layout: BatchLayout(images: 1), count: a.count)
        context.addScaledSign(gradient, a, b, factor: Float(1 / count), count: a.count)
      } else {
        mean = context.meanSquaredDifference(a, b, layout: BatchLayout(images: 1), count: a.count)
        context.scaledDifference(gradient, a, b, factor: Float(2 / count), count: a.count)
      }
      #expect(abs(context.value(of: mean) / (try golden.truth("loss")[0]) - 1) < 1e-6)
      #expect(relativeMaximumError(gradient.array, try golden.truth("ga")) < 1e-6)
    }
  }

  @Test("five steps of Adam: parameters and both moments")
  func adam() throws {
    let golden = try GoldenOperation("adam")
    let parameters = FloatBuffer(try golden.floats("p0"))
    let count = parameters.count
    let gradients = try golden.floats("g")
    let adam = Adam(parameterCount: count, learningRate: 2e-4, beta1: 0.5, beta2: 0.999)
    for step in 0..<5 {
      let range = step * count..<(step + 1) * count
      adam.step(parameters, gradient: FloatBuffer(gradients[range]), engine: context)
      for (ours, name) in [(parameters, "p"), (adam.firstMoment, "m"), (adam.secondMoment, "v")] {
        #expect(
          relativeMaximumError(ours.array, Array(try golden.truth(name)[range])) < 1e-6, "\(name) \(step)")
      }
    }
  }
}
