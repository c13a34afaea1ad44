extension BatchLayout {
  /// One value of one image of a batch.
  public struct Position {
    /// The image's index in the batch.
    public let image: Int
    /// The value's index within its image, in channel, row, column order.
    public let index: Int
    @usableFromInline let group, lane, lanes: Int

    @inlinable
    init(image: Int, index: Int, group: Int, lane: Int, lanes: Int) {
      self.image = image
      self.index = index
      self.group = group
      self.lane = lane
      self.lanes = lanes
    }

    /// Its offset in a buffer with `count` values per image.
    ///
    /// - Parameter skipped: values of the image that precede index 0.
    @inlinable
    public func place(in count: Int, after skipped: Int = 0) -> Int {
      (group * count + skipped + index) * lanes + lane
    }
  }

  /// The position of a value.
  ///
  /// - Parameter image: less than `images`.
  @inlinable
  public func position(of index: Int, image: Int) -> Position {
    Position(image: image, index: index, group: image / lanes, lane: image % lanes, lanes: lanes)
  }

  /// Calls `body` with each of `count` values of every image, in memory order: by group, then index, then image.
  @inlinable
  public func forEachNumber(_ count: Int, _ body: (Position) -> Void) {
    for group in 0..<groups {
      let used = min(lanes, images - group * lanes)
      for index in 0..<count {
        for lane in 0..<used {
          body(Position(image: group * lanes + lane, index: index, group: group, lane: lane, lanes: lanes))
        }
      }
    }
  }
}
