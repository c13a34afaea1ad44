import Detectors
import Diagnostics
import Images
import Kernels
import Results
import Specs

/// The memory a run needs for its networks, batches and scoring.
enum RunMemory {
  /// Images stored side by side in a batch's layout: memory grows in steps of this many.
  private static let group = BatchLayout.fullLanes

  /// If the address space is limited, checks that the run fits before computing anything.
  ///
  /// - Throws: `RunFailure` if it does not.
  static func requireRoom(for run: Run, on train: ImageSelection, context: ComputeContext) throws {
    guard run.engine == .cpu, let left = AddressSpace.left else { return }
    let wanted = try bytes(of: run, on: train, context: context)
    guard wanted > left else { return }
    throw RunFailure(
      notEnoughMemory: Problem(
        .notEnoughMemory,
        "the run needs about \(wanted >> 20) MiB of memory, but the address space limit leaves only \(left >> 20) MiB",
        hint: "use a smaller batch, or raise the limit (ulimit -v, h_vmem)"))
  }

  /// Bytes, extrapolated from the same detector with one and with two groups of images in a batch; nothing is trained.
  /// A detector fitted in a single step needs little beside its training images, which it may also copy as floats.
  static func bytes(of run: Run, on train: ImageSelection, context: ComputeContext) throws -> Int {
    guard let batch = run.detector.record.imagesPerStep else {
      return 2 * train.count * train.store.shape.count * MemoryLayout<Float>.stride
    }
    let groups = max(1, (batch + group - 1) / group)
    let one = try taken(by: run.withBatch(of: min(batch, group)), on: train, context)
    guard groups > 1, train.count >= 2 * group else { return one }
    let two = try taken(by: run.withBatch(of: 2 * group), on: train, context)
    return one + (groups - 1) * max(0, two - one)
  }

  /// Bytes of the buffers of a detector that is ready to train and score.
  private static func taken(
    by run: Run, on train: ImageSelection, _ context: ComputeContext
  ) throws -> Int {
    var run = run
    // Another engine's buffers have the same size, wherever they reside.
    run.engine = .cpu
    let before = BufferMemory.bytes
    let detector = makeDetector(for: run, image: train.store.shape, context: context, engine: nil)
    try detector.begin(epoch: 1, on: train)
    let evaluator = detector.evaluator(batchSize: Scoring.neutralBatchSize)
    let bytes = BufferMemory.bytes - before
    withExtendedLifetime((detector, evaluator)) {}
    return bytes
  }
}
