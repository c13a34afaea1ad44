/// The memory layout of a batch of activations: `[group][channel][row][column][lane]`.
///
/// Sixteen images lie side by side in the innermost dimension, one per *lane*, so that every elementwise function,
/// transform and sum works on full vectors without shuffles, and a single channel needs no special case. A batch whose
/// size is not a multiple of 16 is padded: padded lanes hold finite values that are never used, sums over the batch
/// exclude them, and gradients are zero there. A batch of only a few images has one lane per group instead, since
/// padding would multiply the work.
public struct BatchLayout: Hashable, Sendable {
  /// Lanes of a full group.
  public static let fullLanes = 16
  /// The batch size from which padding to 16 is cheaper than doing without lanes.
  private static let fewestForLanes = 8

  /// Images in the batch, at least 1.
  public let images: Int
  /// 16 or 1.
  public let lanes: Int

  /// - Parameter padsSmallBatches: whether even a few images get a group of 16 lanes, as in training, where results
  ///   must not depend on which path is faster.
  public init(images: Int, padsSmallBatches: Bool = false) {
    precondition(images > 0, "a batch of \(images) images")
    self.images = images
    lanes = padsSmallBatches || images >= Self.fewestForLanes ? Self.fullLanes : 1
  }

  /// Groups of `lanes` images.
  @inlinable
  public var groups: Int { (images + lanes - 1) / lanes }

  /// Lanes of the last group that hold images.
  public var lanesInLastGroup: Int { images - (groups - 1) * lanes }

  /// Whether the last group has padded lanes.
  public var isPadded: Bool { lanesInLastGroup != lanes }

  /// Floats in a batch of `count` values per image, including padding.
  public func count(perImage count: Int) -> Int { groups * lanes * count }

  /// Floats sufficient for batches of up to `images` images.
  public static func capacity(images: Int, perImage count: Int) -> Int {
    (images + fullLanes - 1) / fullLanes * fullLanes * count
  }

  /// Lanes of a group that hold images.
  func usedLanes(inGroup group: Int) -> Int { group == groups - 1 ? lanesInLastGroup : lanes }
}
