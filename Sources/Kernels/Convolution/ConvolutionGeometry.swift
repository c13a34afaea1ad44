/// The two sides of a convolution: a *high*-resolution image and a *low*-resolution one.
///
/// A convolution goes from high to low, its transposed twin from low to high; each is the other's input
/// gradient, and both share one weight gradient. So three functions serve both (see `Convolution`).
/// low = (high + padding + paddingAfter − kernel)/stride + 1, in each direction, rounded down.
public struct ConvolutionGeometry: Hashable, Sendable {
  public let highChannels: Int
  public let highHeight: Int
  public let highWidth: Int
  public let lowChannels: Int
  public let lowHeight: Int
  public let lowWidth: Int
  public let kernel: Int
  public let stride: Int
  /// Zeros above and to the left of the high side.
  public let padding: Int
  /// Zeros below it and to its right.
  public let paddingAfter: Int

  /// - Parameter paddingAfter: nil for as many as `padding`.
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

  /// Pixels of one channel of one image.
  public var highPixels: Int { highHeight * highWidth }
  public var lowPixels: Int { lowHeight * lowWidth }

  /// Weights that meet one low pixel: highChannels·kernel².
  public var taps: Int { highChannels * kernel * kernel }

  /// Weights are `[lowChannels][highChannels][kernel][kernel]`: torch's layout for both kinds of convolution.
  public var weightCount: Int { lowChannels * taps }
}
