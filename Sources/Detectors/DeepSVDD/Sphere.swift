import Kernels

/// The sphere about the center c that Deep SVDD draws its embeddings into.
final class Sphere {
  /// c.
  let center: FloatBuffer
  /// R; 0 until it is first set, and with the one-class objective always.
  let radius = FloatBuffer(count: 1)

  init(size: Int) { center = FloatBuffer(count: size) }

  /// As results and checkpoints keep it.
  var places: [TensorPlace] {
    [centerPlace, TensorPlace("sphere/radius", shape: [1], in: radius)]
  }

  var centerPlace: TensorPlace { TensorPlace("sphere/centre", shape: [center.count], in: center) }

  /// ‖φ − c‖² of each image of a batch in the kernels' layout.
  func squaredDistances(_ embeddings: FloatBuffer, layout: BatchLayout) -> [Double] {
    var distances = [Double](repeating: 0, count: layout.images)
    layout.forEachNumber(center.count) { number in
      let difference = Double(embeddings[number.place(in: center.count)]) - Double(center[number.index])
      distances[number.image] += difference * difference
    }
    return distances
  }

  /// gradient = 2(φ − c)·factor of the image; overwrites it.
  func gradient(
    _ gradient: FloatBuffer, _ embeddings: FloatBuffer, factors: [Double], layout: BatchLayout
  ) {
    if layout.isPadded { gradient.fill(with: 0) }
    layout.forEachNumber(center.count) { number in
      let place = number.place(in: center.count)
      gradient[place] = Float(2 * factors[number.image]) * (embeddings[place] - center[number.index])
    }
  }

  /// Sets c to the mean of embeddings. Coordinates nearer to 0 than `smallest` are moved so far away: otherwise weights
  /// that are all 0 would reach them (Ruff et al. 2018, proposition 1).
  ///
  /// - Parameter sums: of all embeddings, coordinate by coordinate.
  func setCenter(sums: [Double], count: Int, smallest: Double) {
    for (index, sum) in sums.enumerated() {
      let mean = sum / Double(count)
      let isNear = abs(mean) < smallest && mean != 0
      center[index] = Float(isNear ? (mean < 0 ? -smallest : smallest) : mean)
    }
  }

  /// Adds a batch's embeddings to sums, coordinate by coordinate.
  func add(_ embeddings: FloatBuffer, to sums: inout [Double], layout: BatchLayout) {
    layout.forEachNumber(center.count) { number in
      sums[number.index] += Double(embeddings[number.place(in: center.count)])
    }
  }

  /// Sets R to the (1 − ν)-quantile of distances, interpolated between neighbors as numpy does.
  func setRadius(squaredDistances: [Double], nu: Double) {
    let sorted = squaredDistances.map { $0.squareRoot() }.sorted()
    let position = (1 - nu) * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    radius[0] = Float(sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below]))
  }
}
