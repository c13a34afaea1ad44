import Settings

extension Scores {
  /// The weighted sum of image and feature distances, (1 − w)·d(x, x̂) + w·d(f(x), f(x̂)), and each distance alone.
  init(reconstruction distances: [Double], feature featureDistances: [Double], featureWeight weight: Double) {
    let combined = zip(distances, featureDistances).map { image, features in
      Float((1 - weight) * image + weight * features)
    }
    self.init([
      AdversarialScores.combined: combined, AdversarialScores.reconstruction: distances.map { Float($0) },
      AdversarialScores.feature: featureDistances.map { Float($0) },
    ])
  }
}
