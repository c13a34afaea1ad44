import Kernels
import Randomness

/// Latent vectors z from N(0, 1).
enum LatentNoise {
  /// Overwrites the vectors of a whole batch, image by image.
  static func draw(
    _ z: FloatBuffer, layout: BatchLayout, count: Int, from stream: inout RandomStream
  ) {
    for slot in 0..<layout.images { draw(z, slot: slot, layout: layout, count: count, from: &stream) }
  }

  /// Overwrites the vector of one image of a batch.
  static func draw(
    _ z: FloatBuffer, slot: Int, layout: BatchLayout, count: Int, from stream: inout RandomStream
  ) {
    func set(_ index: Int, _ value: Double) {
      z[layout.position(of: index, image: slot).place(in: count)] = Float(value)
    }
    for index in stride(from: 0, to: count, by: 2) {
      let (first, second) = stream.nextNormalPair()
      set(index, first)
      if index + 1 < count { set(index + 1, second) }
    }
  }
}
