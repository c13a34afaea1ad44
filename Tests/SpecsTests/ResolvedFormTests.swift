import Foundation
import Settings
import Testing

@testable import Specs

@Suite("The resolved form")
struct ResolvedFormTests {
  @Test("reads back as an equal experiment, and as itself", arguments: 0..<100)
  func roundTrip(_ seed: UInt64) throws {
    let text = RandomSpec(seed).text
    let experiment = try Experiment.parse(text: text, path: "e.yaml")
    var again = try Experiment.parse(text: experiment.resolvedYAML, path: "other.yaml")
    again.source = experiment.source
    #expect(again == experiment)
    #expect(again.resolvedYAML == experiment.resolvedYAML)
    var fromJSON = try Experiment.parse(text: experiment.resolvedJSON, path: "other.yaml")
    fromJSON.source = experiment.source
    #expect(fromJSON == experiment, "JSON is YAML")
  }

  @Test("does not depend on the order of keys", arguments: 0..<25)
  func order(_ seed: UInt64) throws {
    let spec = RandomSpec(seed)
    let experiment = try Experiment.parse(text: spec.text, path: "e.yaml")
    let shuffled = try Experiment.parse(text: spec.shuffled(seed + 1).text, path: "e.yaml")
    #expect(shuffled.resolvedYAML == experiment.resolvedYAML)
    #expect(
      shuffled.runs.map { $0.identifier(dataFingerprint: "f") }
        == experiment.runs.map { $0.identifier(dataFingerprint: "f") })
  }

  @Test("is a readable spec with only what applies")
  func text() throws {
    let experiment = try Experiment.parse(
      text: """
        # A comment
        seeds: [2, 1]
        description: "yes"
        preset: paper
        held_out: [truck, car]
        dataset: {name: cifar10}
        """, path: "x/e.yaml")
    #expect(
      experiment.resolvedYAML == """
        name: e
        description: "yes"
        preset: paper
        dataset:
          name: cifar10
          side: 32
          channels: 3
        held_out: [car, truck]
        protocol:
          split: pooled-80-20
          input_range: symmetric
          score: l1
          batch_norm: running
          test_batch: 64
          epoch: last
          epoch_samples: 2000
          passes: [running, batch-shuffled]
          evaluate_every: 0
          validation_fraction: 0
          test_samples: 0
        detector:
          name: ganomaly
          objective: v3
          latent_size: 100
          width: 64
          extra_layers: 0
          adversarial_weight: 1
          contextual_weight: 50
          encoder_weight: 1
          learning_rate: 0.002
          beta1: 0.5
          beta2: 0.999
          batch_size: 64
          epochs: 15
          redraw_threshold: 1e-05
          redraw_limit: 0
        seeds: [2, 1]

        """)
  }

  @Test("is JSON to Foundation as well")
  func json() throws {
    let text = "dataset: {name: folder, folder: \"a\\\"\\\\\\n\\u2028é𝄞\"}\nseeds: [3]"
    let experiment = try Experiment.parse(text: text, path: "e.yaml")
    let parsed = try JSONSerialization.jsonObject(with: Data(experiment.resolvedJSON.utf8))
    let root = try #require(parsed as? [String: Any])
    #expect((root["dataset"] as? [String: Any])?["folder"] as? String == "a\"\\\n\u{2028}é𝄞")
    #expect(root["seeds"] as? [Int] == [3])
    #expect((root["detector"] as? [String: Any])?["redraw_threshold"] as? Double == 1e-5)
    #expect(root["held_out"] == nil)
  }
}
