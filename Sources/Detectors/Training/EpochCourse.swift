import Images
import Kernels
import Randomness

/// How images are divided into batches.
struct BatchRule {
  let size: Int
  /// A last batch with fewer images is dropped.
  let smallest: Int

  init(size: Int, smallest: Int) {
    precondition(1...size ~= smallest, "batches of \(smallest) to \(size) images")
    self.size = size
    self.smallest = smallest
  }

  /// - Parameter dropsIncomplete: whether to drop a last batch that is not full; otherwise any size is kept.
  init(size: Int, dropsIncomplete: Bool) { self.init(size: size, smallest: dropsIncomplete ? size : 1) }

  func steps(_ images: Int) -> Int { images / size + (images % size >= smallest ? 1 : 0) }

  /// The range of images of one step.
  func range(_ step: Int, of images: Int) -> Range<Int> { step * size..<min(images, (step + 1) * size) }
}

/// One pass over all training images; most epochs consist of one.
struct ImagePass {
  /// Names the random stream for the order of the images, such as `epoch 3`; never reused.
  var name: String
  var lossNames: [String]
  /// Whether its losses count toward the epoch's means; their names must then be the detector's.
  var isCounted = true
}

/// The input of one step.
struct TrainingBatch {
  var epoch: Int
  /// The pass within the epoch, and the step within the pass, both from 0.
  var pass: Int
  var step: Int
  /// All training images, and the positions in the store of the batch's images.
  var images: ImageSelection
  var indices: ArraySlice<Int>
  var layout: BatchLayout
  /// How many times a network was reinitialized in this epoch so far.
  var reinitializations: Int
}

/// The outcome of one step.
struct StepResult {
  /// The loss terms, in the order of the pass's names.
  var losses: SIMD8<Double>
  /// Whether a network has to be reinitialized after it.
  var needsReinitialization = false
}

/// Runs an epoch step by step, for all trained detectors: shuffles the images, sums the losses, fails on a loss that is
/// not finite, and keeps the position from which another process can resume.
final class EpochCourse {
  /// An epoch in progress.
  private struct Epoch {
    let passes: [ImagePass]
    let images: ImageSelection
    let batches: BatchRule
    let stepsPerPass: Int
    /// Positions in the store, in the order of the current pass.
    var order: [Int] = []
    var orderedPass = -1

    var steps: Int { stepsPerPass * passes.count }
    var imagesPerPass: Int { min(images.count, stepsPerPass * batches.size) }
  }

  /// The loss terms, at most 8, whose means are reported for each epoch.
  let lossNames: [String]
  private let seed: UInt64
  private(set) var progress = EpochProgress()
  private var epoch: Epoch?

  init(seed: UInt64, lossNames: [String]) {
    precondition(lossNames.count <= SIMD8<Double>.scalarCount, "\(lossNames.count) loss terms")
    self.seed = seed
    self.lossNames = lossNames
  }

  /// Sets the progress of a stopped process, to be continued when the epoch begins.
  func resume(from progress: EpochProgress) {
    self.progress = progress
    epoch = nil
  }

  /// Begins an epoch, or the rest of one.
  ///
  /// - Parameter passes: the passes over the images, in order.
  /// - Precondition: there is at least one batch.
  func begin(epoch number: Int, _ passes: [ImagePass], on images: ImageSelection, batches: BatchRule) {
    let steps = batches.steps(images.count)
    precondition(steps > 0, "\(images.count) images make no batch of \(batches.size)")
    if progress.epoch != number { progress = EpochProgress(epoch: number) }
    epoch = Epoch(passes: passes, images: images, batches: batches, stepsPerPass: steps)
  }

  /// The batch of the next step, or of a step beyond it; nil after the last.
  ///
  /// - Parameter ahead: steps between the last recorded one and the one asked for.
  /// - Precondition: an epoch is in progress.
  func nextBatch(ahead: Int = 0) -> TrainingBatch? {
    guard let current = epoch else { preconditionFailure("no epoch is in progress") }
    let position = progress.steps + ahead
    guard position < current.steps else { return nil }
    let pass = position / current.stepsPerPass
    if current.orderedPass != pass { drawOrder(of: pass) }
    let step = position - pass * current.stepsPerPass
    let range = current.batches.range(step, of: current.images.count)
    return TrainingBatch(
      epoch: progress.epoch, pass: pass, step: step, images: current.images,
      indices: epoch?.order[range] ?? [], layout: BatchLayout(images: range.count, padsSmallBatches: true),
      reinitializations: progress.reinitializations)
  }

  private func drawOrder(of pass: Int) {
    guard let current = epoch else { return }
    var stream = RandomStream(seed: seed, name: "batch order/\(current.passes[pass].name)")
    epoch?.order = stream.nextPermutation(of: current.images.count).map { current.images.indices[$0] }
    epoch?.orderedPass = pass
  }

  /// Records a step.
  ///
  /// - Throws: `TrainingFailure` when a loss is not finite.
  func record(_ result: StepResult, of batch: TrainingBatch) throws(TrainingFailure) -> StepReport {
    guard let current = epoch else { preconditionFailure("no epoch is in progress") }
    let pass = current.passes[batch.pass]
    if result.needsReinitialization { progress.reinitializations += 1 }
    try requireFinite(result.losses, names: pass.lossNames)
    if pass.isCounted { progress.sums += result.losses }
    progress.steps += 1
    let images = current.batches.range(batch.step, of: current.images.count).upperBound
    return StepReport(
      step: progress.steps, steps: current.steps, images: batch.pass * current.imagesPerPass + images,
      lossNames: pass.lossNames, lossValues: result.losses)
  }

  private func requireFinite(_ losses: SIMD8<Double>, names: [String]) throws(TrainingFailure) {
    for (index, name) in names.enumerated() where !losses[index].isFinite {
      throw TrainingFailure(
        .diverged,
        "training diverged: the \(name) loss is \(losses[index].isNaN ? "NaN" : "infinite") in "
          + "epoch \(progress.epoch)",
        hint: "a smaller learning rate may help")
    }
  }

  /// Ends the epoch after its last step; returns its summary.
  func end() -> EpochReport {
    guard let current = epoch else { preconditionFailure("no epoch is in progress") }
    let (sums, reinitializations) = (progress.sums, progress.reinitializations)
    progress = EpochProgress()
    epoch = nil
    let counted = current.passes.count { $0.isCounted } * current.stepsPerPass
    return EpochReport(
      losses: lossNames.enumerated().map { ($1, sums[$0] / Double(max(1, counted))) },
      images: current.imagesPerPass * current.passes.count, redraws: reinitializations)
  }
}
