import Detectors
import Diagnostics
import Exchange
import Foundation
import HDF5
import Kernels
import Settings
import TestSupport
import Testing

@testable import Runner

@Suite("Weights under their foreign names")
struct OriginalNamesTests {
  @Test("are those of the original, as a golden file has them, in the same shapes")
  func golden() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let path = package.appendingPathComponent("ParityTests/Fixtures/A.h5").path
    let initial = try HDF5File.open(path).root.openGroup("init")
    var settings = GANomalySettings()
    (settings.width, settings.latentSize) = (8, 16)
    let sample = try TrainedSample(DetectorSettings(settings), steps: 0, count: 1)
    let tensors = ForeignWeights(sample.detector).tensors(steps: 3)
    #expect(try Set(tensors.map(\.name)) == Set(initial.names()))
    for tensor in tensors { #expect(try initial.openDataset(tensor.name).shape() == tensor.shape) }
    let counters = tensors.filter { $0.name.hasSuffix("num_batches_tracked") }
    #expect(counters.count == 9)
    for counter in counters {
      #expect(counter.values == .integers([counter.name.hasPrefix("netg.") ? 3 : 12]))
    }
  }

  @Test("of every detector come back from a file with equal bits")
  func roundTrip() throws {
    let kinds = TrainedSample.kinds.map(\.settings) + [DetectorSettings(TrainedSample.anogan)]
    for settings in kinds {
      let sample = try TrainedSample(settings, steps: 1, count: 1)
      let bytes = Safetensors(ForeignWeights(sample.detector).tensors(steps: 1), metadata: [:]).bytes
      let other = settings.makeDetector(
        image: sample.images.store.shape, seed: 99, context: ComputeContext(threads: 1))
      #expect(other.weights != sample.detector.weights, "\(settings.name)")
      try ForeignWeights(other).load(Safetensors(bytes, from: "f"), from: "f")
      let (a, b) = (sample.detector.weights, other.weights)
      #expect(a.map(\.name) == b.map(\.name))
      for (first, second) in zip(a, b) {
        #expect(first.values.map(\.bitPattern) == second.values.map(\.bitPattern), "\(first.name)")
      }
    }
  }

  @Test("that are missing, unknown, of another shape or not finite are refused, and change nothing")
  func refusals() throws {
    let sample = try TrainedSample(DetectorSettings(TrainedSample.ganomaly), steps: 0, count: 1)
    let weights = ForeignWeights(sample.detector)
    let tensors = weights.tensors(steps: 0)
    let name = "netg.decoder.main.pyramid-16-8-convt.weight"
    let place = try #require(tensors.firstIndex { $0.name == name })
    func expectRefusal(_ words: String, _ change: (inout [Safetensors.Tensor]) -> Void) {
      var changed = tensors
      change(&changed)
      expectProblem(.badData, words) { try weights.load(Safetensors(changed, metadata: [:]), from: "f") }
    }
    let before = sample.detector.weights
    expectRefusal("f:\(name): this tensor is missing") { $0.remove(at: place) }
    expectRefusal("f:netg.more: this detector has no such tensor") {
      $0.append(Safetensors.Tensor("netg.more", shape: [1], .floats([1])))
    }
    expectRefusal("f:\(name): its shape is [2], but [16, 8, 4, 4] is wanted") {
      $0[place] = Safetensors.Tensor(name, shape: [2], .floats([1, 2]))
    }
    expectRefusal("f:\(name): it holds a number that is not finite") {
      $0[place].values = .floats([Float](repeating: .nan, count: 2048))
    }
    expectRefusal("f:\(name): integers, where weights are wanted") {
      $0[place].values = .integers([Int64](repeating: 1, count: 2048))
    }
    #expect(sample.detector.weights == before)
    // Nothing depends on the counters.
    try weights.load(
      Safetensors(tensors.filter { !$0.name.hasSuffix("num_batches_tracked") }, metadata: [:]), from: "f")
  }
}
