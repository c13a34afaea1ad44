/// How a batch of activations lies in memory: `[group][channel][row][column][lane]`.
///
/// Sixteen images lie side by side in the innermost dimension, one in each *lane*, so that every elementwise
/// function, transform and sum works on whole vectors without shuffling them, and one channel needs no special
/// case. A batch that is no multiple of 16 is padded: padded lanes hold finite numbers that nothing reads; sums
/// over the batch leave them out, and gradients are zero there. A batch of a few images has a lane of its own
/// for each group instead, since padding would multiply its work.
public struct BatchLayout: Hashable, Sendable {
  /// Lanes of a full group.
  public static let fullLanes = 16
  /// From this many images on, padding to 16 costs less than going without lanes.
  private static let fewestForLanes = 8

  public let images: Int
  /// 16 or 1.
  public let lanes: Int

  /// - Parameter padsSmallBatches: whether even a few images get a group of 16 lanes, as training does, whose
  ///   numbers shall not depend on which path is faster.
  public init(images: Int, padsSmallBatches: Bool = false) {
    precondition(images > 0, "a batch of \(images) images")
    self.images = images
    lanes = padsSmallBatches || images >= Self.fewestForLanes ? Self.fullLanes : 1
  }

  @inlinable
  public var groups: Int { (images + lanes - 1) / lanes }

  /// Lanes of the last group that hold images.
  public var lanesInLastGroup: Int { images - (groups - 1) * lanes }

  public var isPadded: Bool { lanesInLastGroup != lanes }

  /// Floats of a batch of `count` numbers an image, padding included.
  public func count(perImage count: Int) -> Int { groups * lanes * count }

  /// Floats that batches of up to `capacity` images may need.
  public static func capacity(images: Int, perImage count: Int) -> Int {
    (images + fullLanes - 1) / fullLanes * fullLanes * count
  }

  /// Lanes of a group that hold images.
  func usedLanes(inGroup group: Int) -> Int { group == groups - 1 ? lanesInLastGroup : lanes }
}
