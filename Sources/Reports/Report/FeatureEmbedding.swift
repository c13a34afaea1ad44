import Diagnostics
import Embeddings
import Results

/// t-SNE of the features that a summary keeps.
public enum FeatureEmbedding {
  /// Embeds the features of every run that has enough of them and no embedding yet, and stores the embeddings in the
  /// summary.
  ///
  /// - Parameter progress: called before each run with its number, from 1, and the total.
  /// - Throws: `Problem` when the summary is damaged or cannot be replaced.
  public static func keep(in path: String, progress: (_ place: Int, _ count: Int) -> Void) throws {
    let contents = try SummaryContents(path: path)
    let runs = try contents.runs.filter { try contents.hasMaterial(of: $0) }
    var wanted: [(identifier: String, features: FeatureRecord)] = []
    for run in runs {
      guard let stored = try contents.features(of: run, scores: contents.scores(of: run)),
        stored.embedding == nil, stored.features.samples.count >= TSNE.fewestSamples
      else { continue }
      wanted.append((run.identifier, stored.features))
    }
    var embeddings: [String: EmbeddingRecord] = [:]
    for (index, run) in wanted.enumerated() {
      progress(index + 1, wanted.count)
      let embedding = try TSNE(
        of: run.features.components, sampleCount: run.features.samples.count,
        featureCount: run.features.explainedVarianceRatio.count)
      embeddings[run.identifier] = EmbeddingRecord(
        coordinates: embedding.coordinates, perplexity: embedding.perplexity,
        divergence: embedding.divergence)
    }
    if !embeddings.isEmpty { try SummaryFile.keep(embeddings, in: path) }
  }
}
