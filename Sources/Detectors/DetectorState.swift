/// A named array of numbers: weights, statistics or other state of a trained detector.
public struct NamedTensor: Sendable, Equatable {
  /// Unique within its detector, such as `network/block.tensor`.
  public let name: String
  /// The extents; their product is the number of values.
  public let shape: [Int]
  /// In row-major order.
  public let values: [Float]

  /// - Parameter values: in row-major order.
  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Everything needed to resume training, captured between two steps.
public struct DetectorState: Sendable, Equatable {
  /// Weights, running statistics and the optimizer's moments.
  public var tensors: [NamedTensor]
  /// Counts by name, such as the optimizer's steps or the steps taken in the epoch.
  public var counts: [String: Int]
  /// Sums over the epoch so far, by name.
  public var sums: [String: Double]

  /// Collects a state from its parts.
  public init(tensors: [NamedTensor], counts: [String: Int], sums: [String: Double]) {
    self.tensors = tensors
    self.counts = counts
    self.sums = sums
  }
}
