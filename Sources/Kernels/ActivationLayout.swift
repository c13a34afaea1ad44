/// How a batch of activations lies in memory: `[channel][image][pixel]`.
///
/// Only the kernels know; whoever needs images one by one converts here.
public enum ActivationLayout {
  /// Fills `batch` with numbers looked up for the bytes of the given images.
  ///
  /// - Parameters:
  ///   - bytes: `[image][channel][pixel]`, all images of a store.
  ///   - indices: the images of the batch.
  ///   - table: the number for each of the 256 bytes.
  public static func load(
    _ batch: UnsafeMutablePointer<Float>, bytes: UnsafePointer<UInt8>, indices: some Collection<Int>,
    table: UnsafePointer<Float>, channels: Int, pixels: Int
  ) {
    let images = indices.count
    for (slot, image) in indices.enumerated() {
      for channel in 0..<channels {
        let source = bytes + (image * channels + channel) * pixels
        let target = batch + (channel * images + slot) * pixels
        for pixel in 0..<pixels { target[pixel] = table[Int(source[pixel])] }
      }
    }
  }

  /// The batch image by image: `[image][channel][pixel]` (torch's NCHW).
  public static func imageMajor(
    _ batch: UnsafePointer<Float>, images: Int, channels: Int, pixels: Int
  ) -> [Float] {
    Array(unsafeUninitializedCapacity: images * channels * pixels) { target, count in
      for image in 0..<images {
        for channel in 0..<channels {
          let source = batch + (channel * images + image) * pixels
          let start = (image * channels + channel) * pixels
          for pixel in 0..<pixels { target.initializeElement(at: start + pixel, to: source[pixel]) }
        }
      }
      count = images * channels * pixels
    }
  }

  /// Fills `batch` from numbers that lie image by image.
  public static func load(
    _ batch: UnsafeMutablePointer<Float>, imageMajor values: [Float], images: Int, channels: Int, pixels: Int
  ) {
    precondition(
      values.count == images * channels * pixels,
      "\(values.count) numbers for \(images) images of \(channels)×\(pixels)")
    for image in 0..<images {
      for channel in 0..<channels {
        let target = batch + (channel * images + image) * pixels
        let start = (image * channels + channel) * pixels
        for pixel in 0..<pixels { target[pixel] = values[start + pixel] }
      }
    }
  }
}
