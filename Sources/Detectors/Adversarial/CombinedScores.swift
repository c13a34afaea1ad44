import Settings

/// Scores that are a weighted sum of the distance between images and that between features:
/// (1 − w)·d(x, x̂) + w·d(f(x), f(x̂)).
struct CombinedScores {
  /// w
  let featureWeight: Double
  private var combined: [Float] = []
  private var reconstruction: [Float] = []
  private var feature: [Float] = []

  init(featureWeight: Double) { self.featureWeight = featureWeight }

  /// Appends the scores of a batch, image by image.
  mutating func append(reconstruction distances: [Double], feature featureDistances: [Double]) {
    for (image, features) in zip(distances, featureDistances) {
      combined.append(Float((1 - featureWeight) * image + featureWeight * features))
      reconstruction.append(Float(image))
      feature.append(Float(features))
    }
  }

  var scores: Scores {
    Scores([
      AdversarialScores.combined: combined, AdversarialScores.reconstruction: reconstruction,
      AdversarialScores.feature: feature,
    ])
  }
}
