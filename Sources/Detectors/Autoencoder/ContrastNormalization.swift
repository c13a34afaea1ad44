import Images
import Kernels

/// The range of the training images after contrast normalization; see `ContrastNormalization`.
final class ContrastRange {
  /// The smallest and largest value over all training images before scaling; equal until measured.
  private let ends = FloatBuffer(count: 2)

  /// The tensor that stores the range with the weights.
  var place: TensorPlace { TensorPlace("preprocessing/range", shape: [2], in: ends) }

  var lower: Double { Double(ends[0]) }

  /// 1 where nothing was measured, or all images are of one color.
  var span: Double {
    let span = Double(ends[1]) - Double(ends[0])
    return span > 0 ? span : 1
  }

  /// Measures the range of the training images, once.
  func measure(_ images: ImageSelection) {
    guard ends[0] == ends[1] else { return }
    var (smallest, largest) = (Double.infinity, -Double.infinity)
    for index in images.indices {
      let contrast = Contrast(of: images.store, index)
      smallest = min(smallest, contrast.normalized(contrast.darkest))
      largest = max(largest, contrast.normalized(contrast.brightest))
    }
    ends[0] = Float(smallest)
    ends[1] = Float(largest)
  }
}

/// Deep SVDD's preprocessing: global contrast normalization with the L1 norm (subtract each image's mean, divide by its
/// mean absolute deviation), then scaling so that the training images fill [0, 1].
///
/// The selection's pixel scale does not matter, since any linear scale cancels out. An image of a single color is all
/// zeros before scaling.
final class ContrastNormalization {
  private let range: ContrastRange
  /// 256 values, one per byte, for each image of a batch.
  private var tables: [Float]

  /// - Parameter batchSize: the most images loaded at a time.
  init(_ range: ContrastRange, batchSize: Int) {
    self.range = range
    tables = Array(repeating: 0, count: 256 * batchSize)
  }

  /// Fills a batch with normalized images, given by their positions in the store.
  func load(
    _ indices: ArraySlice<Int>, of images: ImageSelection, into batch: FloatBuffer, layout: BatchLayout,
    engine: any Engine
  ) {
    let (lower, span) = (range.lower, range.span)
    precondition(256 * indices.count <= tables.count, "\(indices.count) images at a time")
    for (slot, index) in indices.enumerated() {
      let contrast = Contrast(of: images.store, index)
      for byte in 0..<256 {
        let value = (contrast.normalized(byte) - lower) / span
        tables[256 * slot + byte] = Float(value)
      }
    }
    images.load(indices, into: batch, layout: layout, table: tables, engine: engine)
  }

  /// The bytes of a reconstruction, with the mean and deviation of the image it was made from.
  func bytes(_ rebuilt: ArraySlice<Float>, from index: Int, of images: ImageSelection) -> [UInt8] {
    let contrast = Contrast(of: images.store, index)
    return rebuilt.map { value in
      let byte = contrast.byte(Double(value) * range.span + range.lower)
      return UInt8(min(255, max(0, byte.rounded())))
    }
  }
}

/// Mean and mean absolute deviation of an image's bytes.
private struct Contrast {
  let mean: Double
  let deviation: Double
  let darkest: Int
  let brightest: Int

  init(of store: ImageStore, _ index: Int) {
    let size = store.shape.count
    var counts = [Int](repeating: 0, count: 256)
    for byte in store.bytes[index * size..<(index + 1) * size] { counts[Int(byte)] += 1 }
    let sum = counts.indices.reduce(0) { $0 + $1 * counts[$1] }
    let mean = Double(sum) / Double(size)
    let distances = counts.indices.reduce(0.0) { $0 + abs(Double($1) - mean) * Double(counts[$1]) }
    self.mean = mean
    deviation = distances > 0 ? distances / Double(size) : 1
    darkest = counts.firstIndex { $0 > 0 } ?? 0
    brightest = counts.lastIndex { $0 > 0 } ?? 0
  }

  func normalized(_ byte: Int) -> Double { (Double(byte) - mean) / deviation }

  /// The inverse of `normalized`.
  func byte(_ value: Double) -> Double { value * deviation + mean }
}
