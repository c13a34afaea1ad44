/// Work divided into items that any thread may perform in any order.
///
/// Each kind of work is its own type rather than a closure, so that handing it to the threads allocates nothing.
protocol WorkItems {
  /// Performs one item.
  ///
  /// - Parameter scratch: memory of arbitrary content that no other thread uses during the call.
  func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>)
}

/// What a pool's threads run, passed as a raw pointer: a type, so that it can be named without a closure.
protocol PoolWork {
  /// Performs one thread's share of the work at `work`.
  static func serve(_ work: UnsafeRawPointer, worker: Int)
}

/// Work items that the threads of a context claim one by one.
struct SharedWork<Items: WorkItems>: PoolWork {
  let items: Items
  let count: Int
  let context: ComputeContext

  static func serve(_ work: UnsafeRawPointer, worker: Int) {
    let work = work.assumingMemoryBound(to: Self.self)
    let scratch = work.pointee.context.scratch[worker].pointer
    while let item = work.pointee.context.takeItem(below: work.pointee.count) {
      work.pointee.items.perform(item, scratch: scratch)
    }
  }
}

extension ComputeContext {
  /// Performs items 0..<count by a closure, on all threads, and returns when all are done.
  ///
  /// For work coarse enough to absorb the cost of a closure. The items must depend on the problem alone, never on the
  /// number of threads.
  ///
  /// - Parameters:
  ///   - scratch: floats of scratch memory per item.
  ///   - body: performs one item, with memory of arbitrary content that no other thread uses during the call.
  public func forEach(
    _ count: Int, scratch: Int = 0, _ body: (_ item: Int, _ scratch: UnsafeMutablePointer<Float>) -> Void
  ) {
    struct Items: WorkItems {
      let body: (Int, UnsafeMutablePointer<Float>) -> Void

      func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) { body(item, scratch) }
    }
    withoutActuallyEscaping(body) { perform(Items(body: $0), count: count, nil, scratch: scratch) }
  }
}

/// The `item`-th chunk of 0..<total: `size` elements, fewer in the last chunk.
public func chunk(_ item: Int, of size: Int, total: Int) -> Range<Int> {
  item * size..<min(total, (item + 1) * size)
}

/// Number of chunks of `size` that cover `total`.
public func chunkCount(of size: Int, total: Int) -> Int { (total + size - 1) / size }
