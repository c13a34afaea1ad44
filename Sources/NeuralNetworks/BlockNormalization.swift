import Kernels

/// What a block does to its convolution's result before the activation.
public enum BlockNormalization: Hashable, Sendable {
  case none
  /// Adds a number to each channel.
  case bias
  /// Batch norm over images and pixels.
  case batch(BatchNorm)

  /// Whether it has a parameter that is added to each channel: a bias or batch norm's shift.
  var hasShift: Bool {
    switch self {
    case .none: false
    case .bias: true
    case .batch(let batchNorm): batchNorm.isAffine
    }
  }
}

/// The settings of a batch norm; the defaults are torch's.
public struct BatchNorm: Hashable, Sendable {
  /// Added to the variance.
  public var epsilon: Double
  /// Weight of the newest batch in the running statistics (1 less TensorFlow's momentum).
  public var momentum: Float
  /// Whether scale and shift are learnt; otherwise they are 1 and 0.
  public var isAffine: Bool

  public init(
    epsilon: Double = BatchNormalization.epsilon, momentum: Float = BatchNormalization.momentum,
    isAffine: Bool = true
  ) {
    self.epsilon = epsilon
    self.momentum = momentum
    self.isAffine = isAffine
  }
}

/// Rows and columns of zeros that a convolution sees around its high side.
public struct Padding: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// Above and to the left.
  public let before: Int
  /// Below and to the right.
  public let after: Int

  public init(before: Int, after: Int) {
    self.before = before
    self.after = after
  }

  /// As many on every side.
  public init(_ everywhere: Int) { self.init(before: everywhere, after: everywhere) }

  public init(integerLiteral value: Int) { self.init(value) }

  /// TensorFlow's `SAME`: the low side becomes ⌈side/stride⌉; of an odd number of zeros the last is behind.
  public static func same(side: Int, kernel: Int, stride: Int) -> Padding {
    let low = (side + stride - 1) / stride
    let zeros = max(0, (low - 1) * stride + kernel - side)
    return Padding(before: zeros / 2, after: zeros - zeros / 2)
  }
}
