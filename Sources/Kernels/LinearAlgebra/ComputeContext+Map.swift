extension ComputeContext {
  /// What `body` makes of each of 0..<count, in this order; all threads take part.
  ///
  /// - Parameters:
  ///   - size: how many of them a thread takes at a time.
  ///   - scratchCount: floats of scratch memory that one wants.
  ///   - body: gets memory of arbitrary content that no other thread uses meanwhile.
  public func map<Result>(
    _ count: Int, inChunksOf size: Int = 1, scratch scratchCount: Int = 0,
    _ body: (_ item: Int, _ scratch: inout MutableSpan<Float>) -> Result
  ) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, initialized in
      forEach(chunkCount(of: size, total: count), scratch: scratchCount) { item, scratch in
        var span = UnsafeMutableBufferPointer(start: scratch, count: scratchCount).mutableSpan
        for index in chunk(item, of: size, total: count) {
          results.initializeElement(at: index, to: body(index, &span))
        }
      }
      initialized = count
    }
  }
}
