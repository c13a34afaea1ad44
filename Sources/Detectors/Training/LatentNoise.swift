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
    let lanes = layout.lanes
    let target = z.pointer + slot / lanes * lanes * count + slot % lanes
    for index in stride(from: 0, to: count, by: 2) {
      let (first, second) = stream.nextNormalPair()
      target[index * lanes] = Float(first)
      if index + 1 < count { target[(index + 1) * lanes] = Float(second) }
    }
  }
}
