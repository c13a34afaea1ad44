/// Convolutions as matrix products over unrolled patches (im2col).
///
/// Activations are `[channel][image][row][column]`, so that each product writes its result in place and a
/// channel's values lie together. Weights are `[low][high][kernel][kernel]`.
public enum Convolution {
  /// Low pixels that one item of work should cover at least.
  private static let columnsPerItem = 1024
  /// Rows of the unrolled matrix in one item of a weight gradient.
  private static let tapsPerItem = 64

  private static func imagesPerItem(_ geometry: ConvolutionGeometry) -> Int {
    max(1, columnsPerItem / geometry.lowPixels)
  }

  /// low = convolution of high: a convolution's forward, a transposed convolution's input gradient.
  ///
  /// Overwrites `low`.
  public static func highToLow(
    _ low: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    geometry: ConvolutionGeometry, images: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (low, high, weights) = (low, high, weights)
    let size = imagesPerItem(geometry)
    let patchCount = geometry.taps * size * geometry.lowPixels
    let scratchCount = patchCount + unrollingScratch(geometry)
    context.forEach(chunkCount(of: size, total: images), scratch: scratchCount) { item, patches in
      let block = chunk(item, of: size, total: images)
      let columns = block.count * geometry.lowPixels
      unroll(
        high, into: patches, scratch: patches + patchCount, geometry, channels: 0..<geometry.highChannels,
        block: block, images: images)
      multiply(
        MatrixOperand(weights, rowStride: geometry.taps), MatrixOperand(patches, rowStride: columns),
        into: low + block.lowerBound * geometry.lowPixels, rowStride: images * geometry.lowPixels,
        rows: geometry.lowChannels, columns: columns, inner: geometry.taps, accumulating: false)
    }
  }

  /// high = transposed convolution of low: a transposed convolution's forward, a convolution's input gradient.
  ///
  /// Overwrites `high`.
  public static func lowToHigh(
    _ high: UnsafeMutablePointer<Float>, low: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    geometry: ConvolutionGeometry, images: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (low, high, weights) = (low, high, weights)
    let size = imagesPerItem(geometry)
    let patchCount = geometry.taps * size * geometry.lowPixels
    let scratchCount = patchCount + unrollingScratch(geometry)
    context.forEach(chunkCount(of: size, total: images), scratch: scratchCount) { item, patches in
      let block = chunk(item, of: size, total: images)
      let columns = block.count * geometry.lowPixels
      multiply(
        MatrixOperand(weights, rowStride: geometry.taps, transposed: true),
        MatrixOperand(low + block.lowerBound * geometry.lowPixels, rowStride: images * geometry.lowPixels),
        into: patches, rowStride: columns,
        rows: geometry.taps, columns: columns, inner: geometry.lowChannels, accumulating: false)
      addRolled(patches, into: high, scratch: patches + patchCount, geometry, block: block, images: images)
    }
  }

  /// gradient += the weights' gradient, from the values on the high and the low side, one of which is a
  /// gradient: a convolution passes (input, output gradient), a transposed one (output gradient, input).
  ///
  /// Accumulates into `gradient`.
  public static func weightGradient(
    _ gradient: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, low: UnsafePointer<Float>,
    geometry: ConvolutionGeometry, images: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (gradient, low, high) = (gradient, low, high)
    let kernelTaps = geometry.kernel * geometry.kernel
    let size = max(1, tapsPerItem / kernelTaps)
    let columns = images * geometry.lowPixels
    let items = chunkCount(of: size, total: geometry.highChannels)
    let patchCount = size * kernelTaps * columns
    context.forEach(items, scratch: patchCount + unrollingScratch(geometry)) { item, patches in
      let channels = chunk(item, of: size, total: geometry.highChannels)
      unroll(
        high, into: patches, scratch: patches + patchCount, geometry, channels: channels, block: 0..<images,
        images: images)
      multiply(
        MatrixOperand(low, rowStride: columns),
        MatrixOperand(patches, rowStride: columns, transposed: true),
        into: gradient + channels.lowerBound * kernelTaps, rowStride: geometry.taps,
        rows: geometry.lowChannels, columns: channels.count * kernelTaps, inner: columns, accumulating: true)
    }
  }
}
