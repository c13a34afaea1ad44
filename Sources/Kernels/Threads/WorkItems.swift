/// A piece of work that is divided into items, which any thread may do in any order.
///
/// A type of its own for each piece, not a closure: so that handing it to the threads allocates nothing.
protocol WorkItems {
  /// Does one item.
  ///
  /// - Parameter scratch: memory of arbitrary content that no other thread uses meanwhile.
  func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>)
}

/// What a pool's threads run, seen through a raw pointer: a type, so that it can be named without a closure.
protocol PoolWork {
  /// Does a thread's share of the work that lies at `work`.
  static func serve(_ work: UnsafeRawPointer, worker: Int)
}

/// Work items that all threads of a context take from, one after the other.
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
  /// Does the items 0..<count by a closure, on all threads, and returns when all are done.
  ///
  /// For work that is coarse enough for a closure and what it allocates; which items there are must follow from
  /// the problem alone.
  ///
  /// - Parameters:
  ///   - scratch: floats of scratch memory that an item wants.
  ///   - body: does one item, with memory of arbitrary content that no other thread uses meanwhile.
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

/// A range of 0..<total: the `item`-th of those of `size` elements (the last may be shorter).
public func chunk(_ item: Int, of size: Int, total: Int) -> Range<Int> {
  item * size..<min(total, (item + 1) * size)
}

/// How many chunks of `size` cover `total`.
public func chunkCount(of size: Int, total: Int) -> Int { (total + size - 1) / size }
