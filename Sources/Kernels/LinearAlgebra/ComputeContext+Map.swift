extension ComputeContext {
  /// What `body` makes of each of 0..<count, in this order; all threads take part.
  ///
  /// - Parameter size: how many of them a thread takes at a time.
  public func map<Result>(_ count: Int, inChunksOf size: Int = 1, _ body: (Int) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, initialized in
      forEach(chunkCount(of: size, total: count)) { item, _ in
        for index in chunk(item, of: size, total: count) {
          results.initializeElement(at: index, to: body(index))
        }
      }
      initialized = count
    }
  }
}
