/// A named array of numbers that a trained detector consists of.
public struct NamedTensor: Sendable, Equatable {
  public let name: String
  public let shape: [Int]
  public let values: [Float]

  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Everything that training continues from, taken between two steps.
public struct DetectorState: Sendable, Equatable {
  /// Weights, running statistics, the optimizer's moments.
  public var tensors: [NamedTensor]
  /// Counts, such as the optimizer's steps or the steps within the epoch.
  public var counts: [String: Int]
  /// Sums over the epoch so far.
  public var sums: [String: Double]

  public init(tensors: [NamedTensor], counts: [String: Int], sums: [String: Double]) {
    self.tensors = tensors
    self.counts = counts
    self.sums = sums
  }
}
