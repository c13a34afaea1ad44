import Detectors
import Exchange
import Foundation
import Images
import Kernels
import NeuralNetworks
import Settings
import TestSupport
import Testing

/// A script in `Fixtures`.
func script(_ name: String) throws -> String {
  let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
  return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
}

@Suite("An ONNX model", .serialized)
struct ONNXTests {
  private static let python = Python.having("numpy", "onnx", "onnxruntime")

  /// What `check_onnx.py` prints.
  private struct Finding: Decodable {
    var images: Int
    var relative: Double
    var pixels: Double?
    var outputs: [String]
    var metadata: [String: String]
    var opset: Int
  }

  private func check(_ sample: TrainedSample, _ label: String) throws -> Finding {
    let python = try #require(Self.python)
    return try withTemporaryFolder { folder in
      try sample.write(to: folder)
      let path = "\(folder)/model.onnx"
      try Data(sample.onnx.bytes).write(to: URL(fileURLWithPath: path))
      let rebuilt = sample.rebuilt != nil ? "\(folder)/rebuilt" : "-"
      let text = try Python.output(
        of: python, try script("check_onnx.py"), path, "\(folder)/images", "\(folder)/scores", rebuilt)
      let finding = try JSONDecoder().decode(Finding.self, from: Data(text.utf8))
      print("\(label): relative \(finding.relative), pixels \(finding.pixels ?? 0)")
      return finding
    }
  }

  @Test(
    "is valid, and ONNX Runtime gives our scores and reconstructions of 1,000 images",
    .enabled(if: python != nil, "SKIPPED: Python has no numpy, onnx and onnxruntime"),
    arguments: TrainedSample.kinds.indices)
  func scores(kind: Int) throws {
    let (name, settings, _) = TrainedSample.kinds[kind]
    let sample = try TrainedSample.of(kind: kind)
    let finding = try check(sample, name)
    #expect(finding.images == 1000)
    #expect(finding.relative < 1e-4, "\(name)")
    let rebuilds = sample.rebuilt != nil
    #expect(finding.outputs == (rebuilds ? ["scores", "reconstructions"] : ["scores"]))
    // Ours are rounded to bytes.
    if rebuilds { #expect(try #require(finding.pixels) < 0.502, "\(name)") }
    #expect(finding.metadata == ["run": "0123", "detector": settings.name])
    #expect(finding.opset == 17)
  }

  @Test(
    "holds the input range of the run, and images of three channels",
    .enabled(if: python != nil, "SKIPPED: Python has no numpy, onnx and onnxruntime"))
  func inputRange() throws {
    let settings = DetectorSettings(TrainedSample.ganomaly)
    let sample = try TrainedSample(settings, scale: .standardized, channels: 3)
    #expect(try check(sample, "ganomaly, standardized, 3 channels").relative < 1e-4)
  }

  @Test("names only tensors that the detector has or that it brings along")
  func tensors() throws {
    for (name, settings, score) in TrainedSample.kinds {
      let sample = try TrainedSample(settings, score: score, steps: 0, count: 1)
      let shapes = Dictionary(uniqueKeysWithValues: sample.detector.weights.map { ($0.name, $0.shape) })
      let graph = try sample.graph
      for tensor in graph.tensors {
        let known = shapes[tensor.name] ?? graph.constants.first { $0.name == tensor.name }?.shape
        #expect(known == tensor.shape, "\(name): \(tensor.name)")
      }
      var computed: Set = ["images"]
      for node in graph.nodes {
        for input in node.inputs where input.kind == .computed { #expect(computed.contains(input.name)) }
        #expect(computed.insert(node.output.name).inserted, "\(name): \(node.output.name) is computed twice")
      }
    }
  }
}
