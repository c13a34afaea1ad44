import Kernels

/// A convolution without bias, then perhaps batch norm, then an activation: the unit that GANomaly's networks
/// are made of.
///
/// A block owns no memory and no state but its shapes.
public struct ConvolutionBlock: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Conv2D: from the high to the low side of the geometry.
    case convolution
    /// TransposedConv2D: from the low to the high side.
    case transposed
  }

  public let name: String
  public let kind: Kind
  public let geometry: ConvolutionGeometry
  public let hasBatchNorm: Bool
  public let activation: Activation

  /// A convolution to `channels` channels; each side becomes (side + 2·padding − kernel)/stride + 1.
  public static func convolution(
    _ name: String, from input: Shape, to channels: Int, kernel: Int, stride: Int, padding: Int,
    batchNorm: Bool, activation: Activation
  ) -> ConvolutionBlock {
    let geometry = ConvolutionGeometry(
      highChannels: input.channels, highHeight: input.height, highWidth: input.width, lowChannels: channels,
      kernel: kernel, stride: stride, padding: padding)
    return ConvolutionBlock(
      name: name, kind: .convolution, geometry: geometry, hasBatchNorm: batchNorm, activation: activation)
  }

  /// A transposed convolution to `channels` channels; each side becomes (side − 1)·stride − 2·padding + kernel.
  public static func transposed(
    _ name: String, from input: Shape, to channels: Int, kernel: Int, stride: Int, padding: Int,
    batchNorm: Bool, activation: Activation
  ) -> ConvolutionBlock {
    let geometry = ConvolutionGeometry(
      highChannels: channels, highHeight: (input.height - 1) * stride - 2 * padding + kernel,
      highWidth: (input.width - 1) * stride - 2 * padding + kernel, lowChannels: input.channels,
      kernel: kernel, stride: stride, padding: padding)
    return ConvolutionBlock(
      name: name, kind: .transposed, geometry: geometry, hasBatchNorm: batchNorm, activation: activation)
  }

  private var high: Shape { Shape(geometry.highChannels, geometry.highHeight, geometry.highWidth) }
  private var low: Shape { Shape(geometry.lowChannels, geometry.lowHeight, geometry.lowWidth) }

  public var input: Shape { kind == .convolution ? high : low }
  public var output: Shape { kind == .convolution ? low : high }

  /// Whether the result replaces the convolution's: the backward pass then needs nothing else.
  var finishesInPlace: Bool { !hasBatchNorm && (activation == .identity || activation.slope == nil) }

  /// The planes of the result in a batch.
  func planes(_ layout: BatchLayout) -> PlaneShape {
    PlaneShape(layout, channels: output.channels, pixels: output.pixels)
  }
}
