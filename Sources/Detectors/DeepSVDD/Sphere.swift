import Kernels

/// The sphere around the center c into which Deep SVDD pulls the embeddings.
final class Sphere {
  /// c.
  let center: FloatBuffer
  /// R; 0 until first set, and always 0 with the one-class objective.
  let radius = FloatBuffer(count: 1)

  init(size: Int) { center = FloatBuffer(count: size) }

  /// The tensors in results and checkpoints.
  var places: [TensorPlace] {
    [centerPlace, TensorPlace("sphere/radius", shape: [1], in: radius)]
  }

  var centerPlace: TensorPlace { TensorPlace("sphere/centre", shape: [center.count], in: center) }

  /// ‖φ − c‖² for each image of a batch in the kernels' layout.
  func squaredDistances(_ embeddings: FloatBuffer, layout: BatchLayout) -> [Double] {
    var distances = [Double](repeating: 0, count: layout.images)
    layout.forEachNumber(center.count) { number in
      let difference = Double(embeddings[number.place(in: center.count)]) - Double(center[number.index])
      distances[number.image] += difference * difference
    }
    return distances
  }

  /// Overwrites `gradient` with 2(φ − c) times the image's factor.
  func gradient(
    _ gradient: FloatBuffer, _ embeddings: FloatBuffer, factors: [Double], layout: BatchLayout
  ) {
    if layout.isPadded { gradient.fill(with: 0) }
    layout.forEachNumber(center.count) { number in
      let place = number.place(in: center.count)
      gradient[place] = Float(2 * factors[number.image]) * (embeddings[place] - center[number.index])
    }
  }

  /// Sets c to the mean of the embeddings. Coordinates closer to 0 than `smallest` are moved to that distance, since
  /// all-zero weights could otherwise reach them (Ruff et al. 2018, proposition 1).
  ///
  /// - Parameter sums: the sum of all embeddings, coordinate by coordinate.
  func setCenter(sums: [Double], count: Int, smallest: Double) {
    for (index, sum) in sums.enumerated() {
      let mean = sum / Double(count)
      let isNear = abs(mean) < smallest && mean != 0
      center[index] = Float(isNear ? (mean < 0 ? -smallest : smallest) : mean)
    }
  }

  /// Adds a batch's embeddings to `sums`, coordinate by coordinate.
  func add(_ embeddings: FloatBuffer, to sums: inout [Double], layout: BatchLayout) {
    layout.forEachNumber(center.count) { number in
      sums[number.index] += Double(embeddings[number.place(in: center.count)])
    }
  }

  /// Sets R to the (1 − ν)-quantile of the distances, interpolated linearly as numpy does.
  func setRadius(squaredDistances: [Double], nu: Double) {
    let sorted = squaredDistances.map { $0.squareRoot() }.sorted()
    let position = (1 - nu) * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    radius[0] = Float(sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below]))
  }
}
