import Detectors
import Exchange
import Foundation
import Settings
import TestSupport
import Testing

@testable import Runner

@Suite("Weights for PyTorch", .serialized)
struct PyTorchTests {
  private static let python = Python.having("numpy", "torch", "safetensors.torch")

  /// Leaves images, scores, `weights.safetensors` and `weights.py`.
  private func write(_ sample: TrainedSample, to folder: String) throws {
    try sample.write(to: folder)
    let (weights, graph) = (ForeignWeights(sample.detector), try sample.graph)
    let shape = sample.images.store.shape
    let constants = graph.constants.map {
      Safetensors.Tensor($0.name, shape: $0.shape, .floats($0.values))
    }
    let metadata = [
      "image_shape": "\(shape.channels),\(shape.height),\(shape.width)", "input_range": "symmetric",
    ]
    let file = Safetensors(weights.tensors(steps: 8) + constants, metadata: metadata)
    try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/weights.safetensors"))
    let script = PyTorchScript(
      graph, names: weights.names, weightsFile: "weights.safetensors", metadata: [("run", "0123")])
    try Data(script.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/weights.py"))
  }

  @Test(
    "come with a Python file that gives our scores of 1,000 images",
    .enabled(if: python != nil, "SKIPPED: Python has no numpy, torch and safetensors"),
    arguments: TrainedSample.kinds.indices)
  func scores(kind: Int) throws {
    let python = try #require(Self.python)
    let (name, sample) = (TrainedSample.kinds[kind].name, try TrainedSample.of(kind: kind))
    try withTemporaryFolder { folder in
      try write(sample, to: folder)
      let text = try Python.output(
        of: python, script("check_script.py"), "\(folder)/weights.py", "\(folder)/images",
        "\(sample.images.store.shape.channels),32,32", "\(folder)/scores")
      print("PyTorch, \(name): relative \(text)", terminator: "")
      #expect(try #require(Double(text.trimmingCharacters(in: .whitespacesAndNewlines))) < 1e-4, "\(name)")
    }
  }

  @Test(
    "of GANomaly load into modules with the original's names, which give our scores",
    .enabled(if: python != nil, "SKIPPED: Python has no numpy, torch and safetensors"), arguments: [0, 2])
  func originalNames(extraLayers: Int) throws {
    let python = try #require(Self.python)
    var settings = TrainedSample.ganomaly
    settings.extraLayers = extraLayers
    let sample = try TrainedSample(DetectorSettings(settings), channels: extraLayers == 0 ? 1 : 3)
    try withTemporaryFolder { folder in
      try write(sample, to: folder)
      let text = try Python.output(
        of: python, script("check_original.py"), "\(folder)/weights.safetensors", "\(folder)/images",
        "\(folder)/scores")
      print("original's names, \(extraLayers) extra layers: relative \(text)", terminator: "")
      #expect(try #require(Double(text.trimmingCharacters(in: .whitespacesAndNewlines))) < 1e-4)
    }
  }
}
