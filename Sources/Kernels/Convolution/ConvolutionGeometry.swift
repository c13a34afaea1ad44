/// The two sides of a convolution: a *high*-resolution image and a *low*-resolution one.
///
/// A convolution goes from high to low, its transpose from low to high. Each is the other's input gradient, and both
/// have the same weight gradient, so three functions serve both (see `Convolution`). In each direction,
/// low = (high + padding + paddingAfter − kernel)/stride + 1, rounded down.
public struct ConvolutionGeometry: Hashable, Sendable {
  /// Channels, rows and columns of the high side.
  public let highChannels: Int
  public let highHeight: Int
  public let highWidth: Int
  /// Channels, rows and columns of the low side.
  public let lowChannels: Int
  public let lowHeight: Int
  public let lowWidth: Int
  /// Rows and columns of the kernel.
  public let kernel: Int
  public let stride: Int
  /// Rows of zeros above the high side, and columns to its left.
  public let padding: Int
  /// Rows of zeros below the high side, and columns to its right.
  public let paddingAfter: Int

  /// - Parameter paddingAfter: nil for the same as `padding`.
  /// - Precondition: the padded high side is at least as large as the kernel.
  public init(
    highChannels: Int, highHeight: Int, highWidth: Int, lowChannels: Int, kernel: Int, stride: Int,
    padding: Int, paddingAfter: Int? = nil
  ) {
    self.highChannels = highChannels
    self.highHeight = highHeight
    self.highWidth = highWidth
    self.lowChannels = lowChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.paddingAfter = paddingAfter ?? padding
    let added = self.padding + self.paddingAfter
    let (spanHeight, spanWidth) = (highHeight + added - kernel, highWidth + added - kernel)
    precondition(
      spanHeight >= 0 && spanWidth >= 0, "a kernel of \(kernel) does not fit \(highHeight)×\(highWidth)")
    lowHeight = spanHeight / stride + 1
    lowWidth = spanWidth / stride + 1
  }

  /// Pixels of one channel of one high image.
  public var highPixels: Int { highHeight * highWidth }
  /// Pixels of one channel of one low image.
  public var lowPixels: Int { lowHeight * lowWidth }

  /// Weights that contribute to one low value: highChannels·kernel².
  public var taps: Int { highChannels * kernel * kernel }

  /// Number of weights, `[lowChannels][highChannels][kernel][kernel]`: torch's layout for both kinds of convolution.
  public var weightCount: Int { lowChannels * taps }
}
