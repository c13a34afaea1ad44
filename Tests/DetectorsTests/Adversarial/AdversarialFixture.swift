import Foundation
import HDF5
import Kernels
import NeuralNetworks
import TestSupport
import Testing

@testable import Detectors

/// One step of a small detector as PyTorch's autograd computes it in float64; `generate_adversarial.py` says what the
/// file holds.
struct AdversarialFixture {
  private let group: HDF5Group

  init(_ detector: String) throws {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    group = try HDF5File.open(folder.appendingPathComponent("adversarial.h5").path).root.openGroup(detector)
  }

  func integer(_ name: String) throws -> Int { try group.attributes.readNumber(Int.self, name) }
  func number(_ name: String) throws -> Double { try group.attributes.readNumber(Double.self, name) }

  /// A data set, the names of groups and itself separated by slashes.
  func values(_ path: String) throws -> [Double] {
    let names = path.split(separator: "/").map(String.init)
    var group = group
    for name in names.dropLast() { group = try group.openGroup(name) }
    return try group.openDataset(names[names.count - 1]).read(Double.self).values
  }

  /// Fills a buffer with a tensor whose first dimension is the images.
  func load(_ path: String, into buffer: FloatBuffer, images: Int) throws {
    load(try values(path), into: buffer, images: images)
  }

  func load(_ values: [Double], into buffer: FloatBuffer, images: Int) {
    ComputeContext(threads: 1).load(
      buffer, imageMajor: values.map(Float.init),
      layout: BatchLayout(images: images, padsSmallBatches: true), count: values.count / images)
  }

  /// Overwrites parameters by the weights from before the step.
  func loadWeights(into trained: TrainedNetwork) throws {
    for tensor in trained.network.layout.parameters {
      let values = try values("weights/\(trained.network.name).\(tensor.name)")
      trained.weights.parameters.replace(from: tensor.offset, with: values.map(Float.init))
    }
  }

  /// Compares tensors of a network, each with the one of its name in a group.
  func expect(
    _ buffer: FloatBuffer, _ tensors: [ParameterTensor], of network: Network, like group: String,
    within bound: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(!tensors.isEmpty, sourceLocation: sourceLocation)
    for tensor in tensors {
      let path = "\(group)/\(network.name).\(tensor.name)"
      let error = relativeMaximumError(buffer[tensor.range], try values(path))
      // A bias's gradient is a sum over all pixels that nearly cancels.
      #expect(error < (tensor.role == .bias ? 10 : 1) * bound, "\(path)", sourceLocation: sourceLocation)
    }
  }

  /// Compares a network after the step: gradients, parameters and running statistics.
  func expectStep(of trained: TrainedNetwork, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let (network, layout) = (trained.network, trained.network.layout)
    try expect(
      trained.gradients, layout.parameters, of: network, like: "gradient", within: 2e-5,
      sourceLocation: sourceLocation)
    // Adam's first step is ± the learning rate of 2e-3, whatever the size of a gradient.
    try expect(
      trained.weights.parameters, layout.parameters, of: network, like: "updated", within: 2e-5,
      sourceLocation: sourceLocation)
    guard !layout.running.isEmpty else { return }
    try expect(
      trained.weights.running, layout.running, of: network, like: "updated", within: 1e-5,
      sourceLocation: sourceLocation)
  }

  /// Compares the moving average of a network's parameters.
  func expectAverage(of network: AveragedNetwork, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expect(
      network.average.weights.parameters, network.network.layout.parameters, of: network.network,
      like: "average", within: 2e-5, sourceLocation: sourceLocation)
  }

  /// Compares every loss term.
  func expectLosses(
    _ names: [String], _ losses: SIMD8<Double>, sourceLocation: SourceLocation = #_sourceLocation
  )
    throws
  {
    for (index, name) in names.enumerated() {
      let truth = try values("loss/\(name)")[0]
      #expect(abs(losses[index] - truth) < 1e-6 * abs(truth), "\(name)", sourceLocation: sourceLocation)
    }
  }

  /// Compares numbers of each image.
  func expectScores(_ values: [Double], _ name: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let error = relativeMaximumError(values, try self.values("score/\(name)"))
    #expect(error < 1e-5, "\(name)", sourceLocation: sourceLocation)
  }
}

/// The slope of a loss along the gradient that was found for it, by central differences, divided by the gradient's
/// norm: 1 when the gradient is right.
///
/// - Parameters:
///   - parameters: as they were when the gradient was taken; they are put back.
///   - step: the length of the way to either side.
func slopeAlongGradient(
  _ gradient: [Float], of parameters: FloatBuffer, step: Double, loss: () throws -> Double
) rethrows -> Double {
  let start = parameters.array
  let norm = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  func move(_ length: Double) {
    parameters.replace(
      from: 0, with: zip(start, gradient).map { Float(Double($0) + length * Double($1) / norm) })
  }
  move(step)
  let above = try loss()
  move(-step)
  let below = try loss()
  move(0)
  return (above - below) / (2 * step) / norm
}
