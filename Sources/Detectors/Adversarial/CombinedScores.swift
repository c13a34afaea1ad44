import Settings

extension Scores {
  /// Scores that are a weighted sum of the distance between images and that between features,
  /// (1 − w)·d(x, x̂) + w·d(f(x), f(x̂)), and both distances by themselves.
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
