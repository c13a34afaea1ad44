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
  /// - Parameter testImages: the number of test images.
  /// - Throws: `RunFailure` if it does not.
  static func requireRoom(
    for identified: IdentifiedRun, on train: ImageSelection, testImages: Int, context: ComputeContext
  ) throws {
    let run = identified.run
    guard run.engine == .cpu, let left = AddressSpace.left else { return }
    let wanted = try bytes(
      of: run, identified.evaluations, on: train, testImages: testImages, context: context)
    guard wanted > left else { return }
    throw RunFailure(
      notEnoughMemory: Problem(
        .notEnoughMemory,
        "the run needs about \(wanted >> 20) MiB of memory, but the address space limit leaves only \(left >> 20) MiB",
        hint: "use a smaller batch, or raise the limit (ulimit -v, h_vmem)"))
  }

  /// Bytes, extrapolated from the same detector with small training and scoring batches; nothing is trained. Buffers
  /// that are made at first use are not counted.
  ///
  /// A detector fitted in a single step may also copy its training images as floats.
  static func bytes(
    of run: Run, _ evaluations: [Evaluation], on train: ImageSelection, testImages: Int,
    context: ComputeContext
  ) throws -> Int {
    guard let batch = run.detector.record.imagesPerStep else {
      let copies = 2 * train.count * train.store.shape.count * MemoryLayout<Float>.stride
      let detector = makeDetector(for: run, image: train.store.shape, context: context, engine: nil)
      return copies + ((detector as? any FittedAtOnce)?.fittingBytes(images: train.count) ?? 0)
    }
    func taken(batch: Int, scoring: Int = Scoring.neutralBatchSize) throws -> Int {
      try Self.taken(by: run.withBatch(of: batch), scoring: scoring, on: train, context)
    }
    let first = min(batch, group)
    let smallest = try taken(batch: first)
    var bytes = smallest
    if batch > group {
      let more = try taken(batch: min(batch, 2 * group)) - smallest
      bytes += (batch - 1) / group * max(0, more)
    }
    let neutral = Scoring.neutralBatchSize
    let testBatch = min(evaluations.map(\.testBatch).max() ?? 0, testImages)
    if testBatch > neutral {
      let more = try taken(batch: first, scoring: 2 * neutral) - smallest
      bytes += (testBatch - neutral) * max(0, more) / neutral
    }
    return bytes
  }

  /// Bytes of the buffers of a detector that is ready to train, and to score batches of up to `scoring` images.
  private static func taken(
    by run: Run, scoring: Int, on train: ImageSelection, _ context: ComputeContext
  ) throws -> Int {
    var run = run
    // Another engine's buffers have the same size, wherever they reside.
    run.engine = .cpu
    let before = BufferMemory.bytes
    let detector = makeDetector(for: run, image: train.store.shape, context: context, engine: nil)
    try detector.begin(epoch: 1, on: train)
    let evaluator = detector.evaluator(batchSize: scoring)
    let bytes = BufferMemory.bytes - before
    withExtendedLifetime((detector, evaluator)) {}
    return bytes
  }
}
