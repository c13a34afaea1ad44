import Datasets
import Detectors
import Embeddings
import Images
import Randomness
import Results

/// What a report may show, gathered while the trained detector is at hand, so that no figure requires training again.
struct ReportMaterial {
  private static let gallerySize = 32
  private static let featureSamples = 2000
  private static let featureComponents = 50

  let test: ImageSelection
  let split: Split
  /// The headline scores after the last epoch, the epoch of the stored weights.
  let scores: [Float]
  let seed: Int

  /// The samples at both ends of the ranking, and the worst-ranked ones of each kind.
  func galleries(_ detector: any AnomalyDetector) -> [GalleryRecord] {
    guard let detector = detector as? any Reconstructing else { return [] }
    // Ties keep the order of the test set.
    let ranking = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    let normals = ranking.filter { !split.testIsAnomalous[$0] }
    let anomalies = ranking.filter { split.testIsAnomalous[$0] }
    return [
      ("most_normal", Array(ranking.prefix(Self.gallerySize))),
      ("most_anomalous", Array(ranking.suffix(Self.gallerySize).reversed())),
      ("missed", Array(anomalies.prefix(Self.gallerySize))),
      ("falsely_alarmed", Array(normals.suffix(Self.gallerySize).reversed())),
    ].filter { !$0.1.isEmpty }.map { name, samples in
      let selection = select(samples)
      return GalleryRecord(
        name: name, samples: samples, scores: samples.map { scores[$0] },
        inputs: selection.indices.flatMap { test.store[$0] },
        reconstructions: detector.reconstruct(selection).bytes)
    }
  }

  /// The features of a fixed sample of the test set, reduced to their principal components.
  func features(_ detector: any AnomalyDetector) throws -> FeatureRecord? {
    guard let detector = detector as? any FeatureExtracting, test.count > 1 else { return nil }
    var stream = RandomStream(seed: UInt64(seed), name: "feature samples")
    let samples = stream.nextPermutation(of: test.count).prefix(Self.featureSamples).sorted()
    let components = try PrincipalComponents(
      of: detector.features(select(samples)), sampleCount: samples.count, featureCount: detector.featureCount,
      componentCount: Self.featureComponents)
    return FeatureRecord(
      samples: samples, components: components.scores,
      explainedVarianceRatio: components.explainedVarianceRatio)
  }

  private func select(_ samples: [Int]) -> ImageSelection {
    ImageSelection(test.store, indices: samples.map { test.indices[$0] }, scale: test.scale)
  }
}
