import Kernels

/// What a block applies to its convolution's output before the activation.
public enum BlockNormalization: Hashable, Sendable {
  case none
  /// A learned value added to each channel.
  case bias
  /// Batch norm over images and pixels.
  case batch(BatchNorm)

  /// Whether it has a learned shift per channel: a bias, or batch norm's shift.
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
  /// Weight of the newest batch in the running statistics (1 minus TensorFlow's momentum).
  public var momentum: Float
  /// Whether scale and shift are learned; otherwise they are 1 and 0.
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

/// Zero padding around the high side of a convolution.
public struct Padding: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// Above and to the left.
  public let before: Int
  /// Below and to the right.
  public let after: Int

  public init(before: Int, after: Int) {
    self.before = before
    self.after = after
  }

  /// The same padding on all sides.
  public init(_ everywhere: Int) { self.init(before: everywhere, after: everywhere) }

  /// The same padding on all sides.
  public init(integerLiteral value: Int) { self.init(value) }

  /// TensorFlow's `SAME`: the low side becomes ⌈side/stride⌉; the odd zero of an odd total goes after.
  public static func same(side: Int, kernel: Int, stride: Int) -> Padding {
    let low = (side + stride - 1) / stride
    let zeros = max(0, (low - 1) * stride + kernel - side)
    return Padding(before: zeros / 2, after: zeros - zeros / 2)
  }
}
