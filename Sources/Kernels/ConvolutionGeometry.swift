/// The two sides of a convolution: a *high*-resolution image and a *low*-resolution one.
///
/// A convolution goes from high to low, its transposed twin from low to high; each is the other's input
/// gradient, and both share one weight gradient. So three functions serve both (see `Convolution`).
/// low = (high + 2·padding − kernel)/stride + 1, in each direction.
public struct ConvolutionGeometry: Hashable, Sendable {
  public let highChannels: Int
  public let highHeight: Int
  public let highWidth: Int
  public let lowChannels: Int
  public let lowHeight: Int
  public let lowWidth: Int
  public let kernel: Int
  public let stride: Int
  public let padding: Int

  /// - Precondition: the high side is at least as large as the kernel, and its size is one that the transposed
  ///   convolution gives back from the low side.
  public init(
    highChannels: Int, highHeight: Int, highWidth: Int, lowChannels: Int, kernel: Int, stride: Int,
    padding: Int
  ) {
    self.highChannels = highChannels
    self.highHeight = highHeight
    self.highWidth = highWidth
    self.lowChannels = lowChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    let (spanHeight, spanWidth) = (highHeight + 2 * padding - kernel, highWidth + 2 * padding - kernel)
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
