extension BatchLayout {
  /// One number of one image of a batch.
  public struct Position {
    public let image: Int
    /// Of the number in its image, in the order of channels, rows and columns.
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

    /// Where it lies in a buffer whose images have `count` numbers.
    ///
    /// - Parameter skipped: numbers of the image that come before the one with index 0.
    @inlinable
    public func place(in count: Int, after skipped: Int = 0) -> Int {
      (group * count + skipped + index) * lanes + lane
    }
  }

  /// - Parameter image: below `images`.
  @inlinable
  public func position(of index: Int, image: Int) -> Position {
    Position(image: image, index: index, group: image / lanes, lane: image % lanes, lanes: lanes)
  }

  /// Calls `body` with each of `count` numbers of each image: an image's numbers in their order, and each number's
  /// images in theirs.
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
