import Kernels

/// A convolution, an optional bias or batch norm, and an activation: the building block of networks.
///
/// A linear layer is such a block too: a convolution whose kernel covers the whole side, leaving 1×1 pixels. A block
/// holds shapes only, no memory or state.
public struct ConvolutionBlock: Hashable, Sendable {
  /// The direction of a block's forward pass.
  public enum Kind: Hashable, Sendable {
    /// Conv2D: from the high side of the geometry to the low side.
    case convolution
    /// TransposedConv2D: from the low side to the high side.
    case transposed
  }

  /// Prefix of the names of the block's tensors; unique in its network.
  public let name: String
  public let kind: Kind
  /// Shapes of both sides, kernel and stride.
  public let geometry: ConvolutionGeometry
  public let normalization: BlockNormalization
  public let activation: Activation

  /// A convolution to `channels` channels; each side becomes (side + padding before and after − kernel)/stride + 1,
  /// rounded down.
  public static func convolution(
    _ name: String, from input: Shape, to channels: Int, kernel: Int, stride: Int, padding: Padding,
    then normalization: BlockNormalization, activation: Activation
  ) -> ConvolutionBlock {
    let geometry = ConvolutionGeometry(
      highChannels: input.channels, highHeight: input.height, highWidth: input.width, lowChannels: channels,
      kernel: kernel, stride: stride, padding: padding.before, paddingAfter: padding.after)
    return ConvolutionBlock(
      name: name, kind: .convolution, geometry: geometry, normalization: normalization, activation: activation
    )
  }

  /// A transposed convolution to `channels` channels; each side becomes (side − 1)·stride + kernel − padding before and
  /// after.
  public static func transposed(
    _ name: String, from input: Shape, to channels: Int, kernel: Int, stride: Int, padding: Padding,
    then normalization: BlockNormalization, activation: Activation
  ) -> ConvolutionBlock {
    let added = kernel - padding.before - padding.after
    let geometry = ConvolutionGeometry(
      highChannels: channels, highHeight: (input.height - 1) * stride + added,
      highWidth: (input.width - 1) * stride + added, lowChannels: input.channels, kernel: kernel,
      stride: stride, padding: padding.before, paddingAfter: padding.after)
    return ConvolutionBlock(
      name: name, kind: .transposed, geometry: geometry, normalization: normalization, activation: activation)
  }

  private var high: Shape { Shape(geometry.highChannels, geometry.highHeight, geometry.highWidth) }
  private var low: Shape { Shape(geometry.lowChannels, geometry.lowHeight, geometry.lowWidth) }

  /// Shape of one input image.
  public var input: Shape { kind == .convolution ? high : low }
  /// Shape of one output image.
  public var output: Shape { kind == .convolution ? low : high }

  /// Batch norm's settings; nil without batch norm.
  public var batchNorm: BatchNorm? {
    if case .batch(let batchNorm) = normalization { batchNorm } else { nil }
  }

  /// Whether the block's result overwrites the convolution's output: the backward pass then needs nothing else.
  var finishesInPlace: Bool {
    normalization == .none && (activation == .identity || activation.slope == nil)
  }

  /// The planes of the block's result for a batch.
  func planes(_ layout: BatchLayout) -> PlaneShape {
    PlaneShape(layout, channels: output.channels, pixels: output.pixels)
  }
}

extension ConvolutionBlock {
  /// A convolution without bias; see `convolution(_:from:to:kernel:stride:padding:then:activation:)`.
  public static func convolution(
    _ name: String, from input: Shape, to channels: Int, kernel: Int, stride: Int, padding: Int,
    batchNorm: Bool, activation: Activation
  ) -> ConvolutionBlock {
    convolution(
      name, from: input, to: channels, kernel: kernel, stride: stride, padding: Padding(padding),
      then: batchNorm ? .batch(BatchNorm()) : .none, activation: activation)
  }

  /// A transposed convolution without bias; see `transposed(_:from:to:kernel:stride:padding:then:activation:)`.
  public static func transposed(
    _ name: String, from input: Shape, to channels: Int, kernel: Int, stride: Int, padding: Int,
    batchNorm: Bool, activation: Activation
  ) -> ConvolutionBlock {
    transposed(
      name, from: input, to: channels, kernel: kernel, stride: stride, padding: Padding(padding),
      then: batchNorm ? .batch(BatchNorm()) : .none, activation: activation)
  }

  /// A linear layer from all values of the input to `size`×1×1. Its weights are `[size][channel][row][column]`.
  ///
  /// A batch of `size`×1×1 has the same memory layout as a batch of any shape with as many values, so that the next
  /// chain of a network can reinterpret it; bias and batch norm are then per value.
  ///
  /// - Precondition: the input is square.
  public static func linear(
    _ name: String, from input: Shape, to size: Int, then normalization: BlockNormalization,
    activation: Activation
  ) -> ConvolutionBlock {
    precondition(input.height == input.width, "\(name): a linear layer from \(input), which is not square")
    return convolution(
      name, from: input, to: size, kernel: input.height, stride: 1, padding: 0, then: normalization,
      activation: activation)
  }
}
