import Diagnostics
import Images
import Kernels
import OpenCLEngine
import Settings
import Testing

@testable import Detectors

extension OnDevice {
  /// Steps that are started before their losses are read.
  @Suite("Blocks of steps")
  struct BlockTests {
    private let images = ImageSelection(stripes(100), indices: Array(0..<100), scale: .symmetric)

    /// What a training leaves behind.
    private struct Outcome: Equatable {
      var weights: [[Float]] = []
      var moments: [[Float]] = []
      var epochs: [EpochReport] = []
      var failure: TrainingFailure?
      /// Steps taken in the epoch that failed.
      var steps = 0
    }

    private func outcome<Model: DetectorModel>(
      _ settings: Model.Settings, _ model: Model.Type, stepsAhead: Int
    ) throws -> Outcome {
      let detector = TrainedDetector<Model>(
        DetectorSetup(
          image: images.store.shape, settings: settings, seed: 3, context: ComputeContext(threads: 1),
          engine: try TestDevice.engine(stepsAhead: stepsAhead)))
      var outcome = Outcome()
      do {
        for epoch in 1...2 {
          detector.begin(epoch: epoch, on: images)
          training: while true {
            switch try detector.advance(atMost: .max) {
            case .epochEnd(let report):
              outcome.epochs.append(report)
              break training
            case .step, .part: break
            }
          }
        }
      } catch {
        outcome.failure = error
        outcome.steps = detector.stepsInEpoch
        return outcome
      }
      outcome.weights = detector.weights.map(\.values)
      outcome.moments = detector.state.tensors.map(\.values)
      return outcome
    }

    /// Trains with blocks of 1, 5 and 32 steps, of which an epoch has 12, and expects equal bits.
    @discardableResult
    private func expectEqual<Model: DetectorModel>(
      _ settings: Model.Settings, _ model: Model.Type
    ) throws -> Outcome {
      let single = try outcome(settings, model, stepsAhead: 1)
      for length in [5, 32] {
        #expect(try outcome(settings, model, stepsAhead: length) == single, "blocks of \(length)")
      }
      return single
    }

    private func small(_ objective: GANomalyObjective) -> GANomalySettings {
      var settings = GANomalySettings()
      (settings.width, settings.latentSize, settings.batchSize, settings.objective) = (4, 3, 8, objective)
      return settings
    }

    @Test("make no difference to a bit, by each objective", arguments: GANomalyObjective.allCases)
    func gANomaly(objective: GANomalyObjective) throws {
      let outcome = try expectEqual(small(objective), GANomalyModel.self)
      #expect(outcome.failure == nil && outcome.epochs.count == 2)
    }

    @Test("nor to those of Skip-GANomaly, AnoGAN and EGBAD")
    func others() throws {
      var skip = SkipGANomalySettings()
      (skip.width, skip.latentSize, skip.batchSize) = (4, 3, 8)
      try expectEqual(skip, SkipGANomalyModel.self)
      var anoGAN = AnoGANSettings()
      (anoGAN.width, anoGAN.latentSize, anoGAN.batchSize) = (4, 3, 8)
      try expectEqual(anoGAN, AnoGANModel.self)
      var egbad = EGBADSettings()
      (egbad.width, egbad.latentSize, egbad.batchSize) = (4, 3, 8)
      try expectEqual(egbad, EGBADModel.self)
    }

    @Test("are taken back to the step after which the discriminator has collapsed")
    func collapse() throws {
      var settings = small(.v0)
      settings.redrawThreshold = 0.66
      let outcome = try expectEqual(settings, GANomalyModel.self)
      let redraws = outcome.epochs.map(\.redraws)
      // Some steps, not all: else nothing would have to be taken back, or every block would end with its first step.
      #expect(redraws.count == 2 && (2..<20).contains(redraws.reduce(0, +)), "\(redraws)")
    }

    @Test("fail at the step that has exceeded the limit of reinitializations")
    func limit() throws {
      var settings = small(.v0)
      (settings.redrawThreshold, settings.redrawLimit) = (0.66, 1)
      let outcome = try expectEqual(settings, GANomalyModel.self)
      #expect(outcome.failure?.kind == .collapsed)
    }

    @Test("fail at the step whose loss is not finite")
    func divergence() throws {
      var settings = small(.v3)
      settings.learningRate = 1e18
      let outcome = try expectEqual(settings, GANomalyModel.self)
      #expect(outcome.failure?.kind == .diverged)
      #expect((1..<11).contains(outcome.steps), "\(outcome.steps)")
    }

    @Test("end where the caller wants them to")
    func limitedAdvance() throws {
      let detector = TrainedDetector<GANomalyModel>(
        DetectorSetup(
          image: images.store.shape, settings: small(.v3), seed: 3, context: ComputeContext(threads: 1),
          engine: try TestDevice.engine(stepsAhead: 32)))
      detector.begin(epoch: 1, on: images)
      var taken: [Int] = []
      for steps in [1, 4, 3, 32] {
        guard case .step(let report) = try detector.advance(atMost: steps) else { break }
        taken.append(report.step)
      }
      #expect(taken == [1, 5, 8, 12])
      guard case .epochEnd = try detector.advance() else {
        Issue.record("the epoch has not ended")
        return
      }
    }
  }
}
