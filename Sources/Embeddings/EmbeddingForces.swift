/// The gradient of t-SNE's divergence with respect to the points' coordinates in the plane (the paper's equation 5).
struct EmbeddingForces {
  private(set) var x: [Double]
  private(set) var y: [Double]
  private var placesX: [SIMD8<Float>]
  private var placesY: [SIMD8<Float>]

  /// The coordinate of the points that pad the last block: so far away that they neither attract nor repel.
  private static let farOff: Float = 1e18

  init(count: Int) {
    x = [Double](repeating: 0, count: count)
    y = x
    placesX = [SIMD8<Float>](repeating: SIMD8(repeating: Self.farOff), count: (count + 7) / 8)
    placesY = placesX
  }

  /// The gradient's Euclidean norm.
  var norm: Double { x.indices.reduce(0) { $0 + x[$1] * x[$1] + y[$1] * y[$1] }.squareRoot() }

  /// Overwrites the gradient with 4 Σ (e·p − q)(a − b) / (1 + |a − b|²) over all other points b, where e is the
  /// exaggeration.
  mutating func compute(_ affinities: NeighborAffinities, x: [Double], y: [Double], exaggeration: Double) {
    let count = affinities.count
    for point in 0..<count {
      placesX[point / 8][point % 8] = Float(x[point])
      placesY[point / 8][point % 8] = Float(y[point])
    }
    var repulsionX = [Double](repeating: 0, count: count)
    var repulsionY = repulsionX
    // Cancels each point's closeness of 1 to itself.
    var total = -Double(count)
    let blocksInRow = affinities.blocksInRow
    // Shares the arrays, without a copy: a span borrowed from `self` would forbid writing to it.
    let (placesX, placesY) = (placesX, placesY)
    let (spanX, spanY) = (placesX.span, placesY.span)
    let blocks = affinities.blocks.span
    for point in 0..<count {
      let affinity = blocks.extracting(point * blocksInRow..<(point + 1) * blocksInRow)
      let ownX = SIMD8<Float>(repeating: Float(x[point]))
      let ownY = SIMD8<Float>(repeating: Float(y[point]))
      var (pullX, pullY) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      var (pushX, pushY) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
      var closenessSum = SIMD8<Float>.zero
      for block in 0..<blocksInRow {
        let differenceX = ownX - spanX[block]
        let differenceY = ownY - spanY[block]
        let closeness = 1 / (1 + differenceX * differenceX + differenceY * differenceY)
        let pull = affinity[block] * closeness
        let push = closeness * closeness
        pullX += pull * differenceX
        pullY += pull * differenceY
        pushX += push * differenceX
        pushY += push * differenceY
        closenessSum += closeness
      }
      self.x[point] = Double(pullX.sum())
      self.y[point] = Double(pullY.sum())
      repulsionX[point] = Double(pushX.sum())
      repulsionY[point] = Double(pushY.sum())
      total += Double(closenessSum.sum())
    }
    for point in 0..<count {
      self.x[point] = 4 * (exaggeration * self.x[point] - repulsionX[point] / total)
      self.y[point] = 4 * (exaggeration * self.y[point] - repulsionY[point] / total)
    }
  }
}
