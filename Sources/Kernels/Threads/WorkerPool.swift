import CProcessor
import Foundation
import Synchronization

/// Threads that wait for work: first spinning, since the next job usually arrives within microseconds, then asleep, so
/// that an idle pool costs nothing.
final class WorkerPool: Sendable {
  private let shared: SharedState
  private let workers: Int

  /// - Parameter workers: number of threads besides the caller's.
  init(workers: Int) {
    self.workers = workers
    shared = SharedState()
    for worker in 0..<workers {
      let thread = Thread { [shared] in shared.serve(as: worker + 1) }
      thread.name = "ganomaly worker"
      thread.start()
    }
  }

  deinit { shared.publish(nil, workers: 0) }

  /// Has every worker (numbered from 1) and the caller (0) serve `work`, and returns when all are done.
  func run(_ type: any PoolWork.Type, _ work: UnsafeRawPointer) {
    shared.publish((type, work), workers: workers)
    type.serve(work, worker: 0)
    shared.waitForWorkers()
  }
}

/// State shared by the caller and the workers.
private final class SharedState: @unchecked Sendable {
  /// Pause instructions before a waiting thread goes to sleep: some 50 µs.
  private static let spins = 2000

  private let generation = Atomic<Int>(0)
  private let busy = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let condition = NSCondition()
  /// Written before `generation` changes, read after; nil stops the workers.
  private var job: (type: any PoolWork.Type, work: UnsafeRawPointer)?

  func publish(_ job: (type: any PoolWork.Type, work: UnsafeRawPointer)?, workers: Int) {
    self.job = job
    busy.store(workers, ordering: .relaxed)
    generation.add(1, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
      condition.lock()
      condition.broadcast()
      condition.unlock()
    }
  }

  func waitForWorkers() {
    var turns = 0
    while busy.load(ordering: .acquiring) > 0 {
      turns += 1
      if turns < Self.spins { processor_pause() } else { sched_yield() }
    }
  }

  /// The main loop of a worker.
  func serve(as worker: Int) {
    var seen = 0
    while true {
      waitForGeneration(after: seen)
      seen += 1
      guard let job else { return }
      job.type.serve(job.work, worker: worker)
      busy.subtract(1, ordering: .releasing)
    }
  }

  private func waitForGeneration(after seen: Int) {
    for _ in 0..<Self.spins {
      if generation.load(ordering: .acquiring) != seen { return }
      processor_pause()
    }
    condition.lock()
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while generation.load(ordering: .sequentiallyConsistent) == seen { condition.wait() }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    condition.unlock()
  }
}
