import Images
import Kernels
import Randomness

/// How images are divided into batches.
struct BatchRule {
  let size: Int
  /// A last batch of fewer images is left out.
  let smallest: Int

  init(size: Int, smallest: Int) {
    precondition(1...size ~= smallest, "batches of \(smallest) to \(size) images")
    self.size = size
    self.smallest = smallest
  }

  /// - Parameter dropsIncomplete: whether a last batch that is not full is left out, or any is taken.
  init(size: Int, dropsIncomplete: Bool) { self.init(size: size, smallest: dropsIncomplete ? size : 1) }

  func steps(_ images: Int) -> Int { images / size + (images % size >= smallest ? 1 : 0) }

  /// The images of one step.
  func range(_ step: Int, of images: Int) -> Range<Int> { step * size..<min(images, (step + 1) * size) }
}

/// One pass over all training images; most epochs are one.
struct ImagePass {
  /// Names the stream that the images' order is drawn from, such as `epoch 3`: never the same one twice.
  var name: String
  var lossNames: [String]
  /// Whether its losses enter the epoch's means; then their names are the detector's.
  var isCounted = true
}

/// What one step is to work on.
struct TrainingBatch {
  /// Which of the epoch's passes, and which step of it, from 0.
  var pass: Int
  var step: Int
  /// Positions in the images' store.
  var images: ArraySlice<Int>
  var layout: BatchLayout
}

/// The loop over the steps of an epoch that all trained detectors share: the order of the images, sums of the
/// losses, a failure where one is not finite, and a place from which another process goes on.
final class EpochLoop {
  /// The loss terms whose means an epoch reports, at most 8.
  let lossNames: [String]
  private let seed: UInt64
  private(set) var progress = EpochProgress()

  init(seed: UInt64, lossNames: [String]) {
    precondition(lossNames.count <= SIMD8<Double>.scalarCount, "\(lossNames.count) loss terms")
    self.seed = seed
    self.lossNames = lossNames
  }

  var position: TrainingPosition { TrainingPosition(epoch: progress.epoch, step: progress.steps) }

  /// Goes on from where another process has stopped.
  func resume(from progress: EpochProgress) { self.progress = progress }

  /// Counts a network that was drawn anew in this epoch, and returns how many there were.
  func countRedraw() -> Int {
    progress.redraws += 1
    return progress.redraws
  }

  /// Runs an epoch, or what is left of it.
  ///
  /// - Parameters:
  ///   - passes: over the images, in this order.
  ///   - step: takes one step and returns its losses in the order of the pass's names.
  ///   - report: called after each step; what it throws ends the epoch there, to be continued.
  /// - Throws: `TrainingFailure` when a loss is not finite, and what `step` and `report` throw.
  /// - Precondition: there is at least one batch.
  func run(
    epoch: Int, _ passes: [ImagePass], on images: ImageSelection, batches: BatchRule,
    step: (TrainingBatch) throws -> SIMD8<Double>, report: (StepReport) throws -> Void
  ) throws -> EpochReport {
    let stepsPerPass = batches.steps(images.count)
    precondition(stepsPerPass > 0, "\(images.count) images make no batch of \(batches.size)")
    let imagesPerPass = min(images.count, stepsPerPass * batches.size)
    let steps = stepsPerPass * passes.count
    if progress.epoch != epoch { progress = EpochProgress(epoch: epoch) }
    while progress.steps < steps {
      let current = progress.steps / stepsPerPass
      let pass = passes[current]
      var stream = RandomStream(seed: seed, name: "batch order/\(pass.name)")
      let order = stream.nextPermutation(of: images.count).map { images.indices[$0] }
      while progress.steps < (current + 1) * stepsPerPass {
        let stepInPass = progress.steps - current * stepsPerPass
        let range = batches.range(stepInPass, of: images.count)
        let losses = try step(
          TrainingBatch(
            pass: current, step: stepInPass, images: order[range],
            layout: BatchLayout(images: range.count, padsSmallBatches: true)))
        try requireFinite(losses, names: pass.lossNames, epoch: epoch)
        if pass.isCounted { progress.sums += losses }
        progress.steps += 1
        try report(
          StepReport(
            step: progress.steps, steps: steps, images: current * imagesPerPass + range.upperBound,
            lossNames: pass.lossNames, lossValues: losses))
      }
    }
    return finishEpoch(
      countedSteps: passes.count { $0.isCounted } * stepsPerPass, images: imagesPerPass * passes.count)
  }

  private func requireFinite(
    _ losses: SIMD8<Double>, names: [String], epoch: Int
  ) throws(TrainingFailure) {
    for (index, name) in names.enumerated() where !losses[index].isFinite {
      throw TrainingFailure(
        .diverged,
        "training diverged: the \(name) loss is \(losses[index].isNaN ? "no number" : "infinite") in epoch \(epoch)",
        hint: "a smaller learning rate may help")
    }
  }

  private func finishEpoch(countedSteps: Int, images: Int) -> EpochReport {
    let (sums, redraws) = (progress.sums, progress.redraws)
    progress = EpochProgress()
    let means = lossNames.enumerated().map { ($1, sums[$0] / Double(max(1, countedSteps))) }
    return EpochReport(losses: means, images: images, redraws: redraws)
  }
}
