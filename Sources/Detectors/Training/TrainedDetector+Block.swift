import Kernels

/// Several steps at a time, on an engine whose device must not wait for the host.
extension TrainedDetector {
  /// Starts the next steps, up to `length` of them, and only then reads their losses. The block ends early, as if it had
  /// had no further steps, with one after which a network is reinitialized.
  ///
  /// The results are those of single steps, bit for bit. After a failure, the steps beyond the failed one have been
  /// taken as well.
  func advance(block length: Int) throws(TrainingFailure) -> TrainingAdvance {
    guard let first = course.nextBatch() else { return .epochEnd(course.end()) }
    backup.save()
    var batches = [first]
    var measures = [trainer.step(first)]
    while batches.count < length, let next = course.nextBatch(ahead: batches.count) {
      batches.append(next)
      measures.append(trainer.step(next))
    }
    let results = measures.map(trainer.result)
    let count = results.firstIndex(where: \.needsReinitialization).map { $0 + 1 } ?? results.count
    if count < results.count {
      backup.restore()
      for batch in batches[..<count] { _ = trainer.step(batch) }
    }
    for step in 0..<count - 1 { _ = try course.record(results[step], of: batches[step]) }
    return .step(try finish(results[count - 1], of: batches[count - 1]))
  }
}

/// A copy of all that the steps of a block change, kept where the engine keeps its buffers.
final class TrainingBackup {
  private let buffers: [(original: FloatBuffer, copy: FloatBuffer)]
  private let networks: [TrainedNetwork]
  private var stepCounts: [Int] = []
  private let engine: any Engine

  /// - Parameters:
  ///   - buffers: each once.
  ///   - networks: those whose optimizers count their steps.
  init(of buffers: [FloatBuffer], _ networks: [TrainedNetwork], engine: any Engine) {
    self.buffers = buffers.map { ($0, FloatBuffer(count: $0.count)) }
    self.networks = networks
    self.engine = engine
  }

  func save() {
    for (original, copy) in buffers { engine.copy(original.whole, to: copy, count: original.count) }
    stepCounts = networks.map(\.adam.stepCount)
  }

  func restore() {
    for (original, copy) in buffers { engine.copy(copy.whole, to: original, count: original.count) }
    for (network, count) in zip(networks, stepCounts) { network.adam.restore(stepCount: count) }
  }
}
