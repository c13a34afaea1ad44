import Foundation
import HDF5
import Kernels
import NeuralNetworks
import TestSupport
import Testing

@testable import Detectors

/// What PyTorch's autograd says of one small network; see `generate_reconstruction.py`.
struct ReconstructionFixture {
  let group: HDF5Group

  init(_ name: String) throws {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    group = try HDF5File.open(folder.appendingPathComponent("reconstruction.h5").path).root.openGroup(name)
  }

  func floats(_ name: String) throws -> [Float] { try group.openDataset(name).read(Float.self).values }
  func truth(_ name: String) throws -> [Double] { try group.openDataset(name).read(Double.self).values }

  /// Puts the fixture's weights into a network whose tensors have the same names.
  func load(into weights: NetworkWeights, of network: Network) throws {
    for tensor in network.layout.parameters {
      let dataset = try group.openDataset("weights/\(tensor.name)")
      #expect(try dataset.shape() == tensor.shape)
      weights.parameters.replace(from: tensor.offset, with: try dataset.read(Float.self).values)
    }
  }

  /// Compares the gradient of every parameter tensor, relative to its largest number.
  func expectGradients(of trained: TrainedNetwork, within bound: Double) throws {
    for tensor in trained.network.layout.parameters {
      let error = relativeMaximumError(
        trained.gradients[tensor.range], try truth("gradients/\(tensor.name)"))
      #expect(error < bound, "\(tensor.name)")
    }
  }

  /// Fills a batch from numbers that lie image by image.
  func load(_ name: String, into batch: FloatBuffer, layout: BatchLayout) throws {
    let values = try floats(name)
    ComputeContext(threads: 1)
      .load(batch, imageMajor: values, layout: layout, count: values.count / layout.images)
  }
}
