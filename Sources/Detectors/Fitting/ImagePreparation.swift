import Diagnostics
import Images
import Kernels
import Settings

/// Turns an image's bytes into the values a detector sees, as fitted on the training images.
struct ImagePreparation: Equatable {
  let preprocessing: Preprocessing
  /// The smallest and largest value of the contrast-normalized training images; 0 and 1 for `none`.
  let lower: Float
  let upper: Float

  /// Measures the range of the training images, for contrast normalization.
  init(fitting images: ImageSelection, _ preprocessing: Preprocessing, context: ComputeContext) {
    self.preprocessing = preprocessing
    guard preprocessing == .contrast, images.count > 0 else {
      (lower, upper) = (0, 1)
      return
    }
    let contrasts = ImageContrast.all(images, context: context)
    let lowest = contrasts.reduce(Float.infinity) { min($0, $1.lowest) }
    let highest = contrasts.reduce(-Float.infinity) { max($0, $1.highest) }
    // Constant images alone give no range.
    (lower, upper) = lowest < highest ? (lowest, highest) : (0, 1)
  }

  /// The images as rows of prepared values.
  func rows(of images: ImageSelection, context: ComputeContext) -> PreparedImages {
    switch preprocessing {
    case .none:
      let unchanged = PreparedImages.Adjustment(gain: 1, offset: 0)
      return PreparedImages(
        images, adjustments: [PreparedImages.Adjustment](repeating: unchanged, count: images.count))
    case .contrast:
      let scale = 1 / (Double(upper) - Double(lower))
      let adjustments = ImageContrast.all(images, context: context).map { contrast in
        PreparedImages.Adjustment(
          gain: Float(contrast.gain * scale),
          offset: Float((-contrast.mean * contrast.gain - Double(lower)) * scale))
      }
      return PreparedImages(images, adjustments: adjustments)
    }
  }
}

/// The contrast normalization of one image: (x − mean)·gain.
private struct ImageContrast {
  var mean = 0.0
  /// 1/mean |x − mean|; 0 for a constant image, which then becomes all zeros.
  var gain = 0.0
  /// The smallest and largest resulting value.
  var lowest: Float = 0
  var highest: Float = 0

  static func all(_ images: ImageSelection, context: ComputeContext) -> [ImageContrast] {
    let size = images.store.shape.count
    let values = images.scale.table.map(Double.init)
    let bytes = images.store.bytes.span
    return context.map(images.count, inChunksOf: 64) { image, _ in
      let first = images.indices[image] * size
      return ImageContrast(bytes.extracting(first..<first + size), values: values)
    }
  }

  /// Computed from the image's histogram.
  private init(_ bytes: Span<UInt8>, values: [Double]) {
    var counts = [Double](repeating: 0, count: 256)
    for place in bytes.indices { counts[Int(bytes[place])] += 1 }
    let occurring = (0..<256).filter { counts[$0] > 0 }
    guard occurring.count > 1, let first = occurring.first, let last = occurring.last else { return }
    mean = occurring.reduce(0) { $0 + counts[$1] * values[$1] } / Double(bytes.count)
    let deviation =
      occurring.reduce(0) { $0 + counts[$1] * abs(values[$1] - mean) } / Double(bytes.count)
    gain = 1 / deviation
    lowest = Float((values[first] - mean) * gain)
    highest = Float((values[last] - mean) * gain)
  }
}

/// Images as rows of values, computed from their bytes on demand.
struct PreparedImages: RowSource {
  /// Maps a pixel value x to gain·x + offset.
  struct Adjustment {
    var gain: Float
    var offset: Float
  }

  let images: ImageSelection
  /// One per image.
  let adjustments: [Adjustment]

  init(_ images: ImageSelection, adjustments: [Adjustment]) {
    self.images = images
    self.adjustments = adjustments
  }

  var count: Int { images.count }
  var dimension: Int { images.store.shape.count }

  func write(rows: Range<Int>, columns: Range<Int>, to destination: inout MutableSpan<Float>) {
    let (bytes, table) = (images.store.bytes.span, images.scale.table.span)
    for (place, row) in rows.enumerated() {
      let (gain, offset) = (adjustments[row].gain, adjustments[row].offset)
      let first = images.indices[row] * dimension + columns.lowerBound
      ByteTable.write(
        bytes.extracting(first..<first + columns.count), by: table, gain: gain, offset: offset,
        to: &destination, from: place * columns.count)
    }
  }

  /// The byte for a value in an image's row. Contrast normalization loses the level of a constant image: all its values
  /// map back to pixel value 0.
  func byte(_ value: Float, row: Int) -> UInt8 {
    let (gain, offset) = (adjustments[row].gain, adjustments[row].offset)
    return images.scale.byte(nearestTo: gain == 0 ? 0 : (value - offset) / gain)
  }
}
