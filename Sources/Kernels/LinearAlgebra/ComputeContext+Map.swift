extension ComputeContext {
  /// The results of `body` for 0..<count, in order, computed on all threads.
  ///
  /// - Parameters:
  ///   - size: indices that a thread claims at a time.
  ///   - scratchCount: floats of scratch memory per call.
  ///   - body: receives memory of arbitrary content that no other thread uses during the call.
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
