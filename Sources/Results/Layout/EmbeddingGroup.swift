import Diagnostics
import Foundation
import HDF5

/// Samples embedded in the plane by t-SNE of their features.
public struct EmbeddingRecord: Sendable, Equatable {
  /// `samples × 2`, in the order of the features.
  public var coordinates: [Float]
  /// The perplexity that t-SNE used.
  public var perplexity: Double
  /// The Kullback–Leibler divergence, in nats.
  public var divergence: Double

  public init(coordinates: [Float], perplexity: Double, divergence: Double) {
    self.coordinates = coordinates
    self.perplexity = perplexity
    self.divergence = divergence
  }
}

/// `tsne (sample, 2)` beside its features, with the attributes `perplexity` and `kl_divergence`: the only content of a
/// summary that no run file has.
enum EmbeddingGroup {
  static let name = "tsne"

  static func write(_ embedding: EmbeddingRecord, to features: HDF5Group) throws {
    let dataset = try features.write(
      embedding.coordinates, shape: [embedding.coordinates.count / 2, 2], to: name, storage: .compressed())
    try dataset.attributes.write(embedding.perplexity, to: "perplexity")
    try dataset.attributes.write(embedding.divergence, to: "kl_divergence")
  }

  static func read(from features: HDF5Group, samples: Int) throws -> EmbeddingRecord? {
    guard try features.exists(name) else { return nil }
    let dataset = try features.openDataset(name)
    return EmbeddingRecord(
      coordinates: try dataset.read(Float.self, shape: [samples, 2]),
      perplexity: try dataset.attributes.readNumber(Double.self, "perplexity"),
      divergence: try dataset.attributes.readNumber(Double.self, "kl_divergence"))
  }

  /// Copies a run's embedding from a summary's old material to the new, if it is of the same samples.
  static func carryOver(_ identifier: String, from old: HDF5Group, to new: HDF5Group) throws {
    let features = "\(identifier)/features"
    guard try old.exists("\(features)/\(name)"), try new.exists(features) else { return }
    let (before, now) = (
      try old.openDataset("\(features)/sample").read(Int32.self).values,
      try new.openDataset("\(features)/sample").read(Int32.self).values
    )
    guard before == now else { return }
    try new.openGroup(features).copy(name, of: old.openGroup(features))
  }
}

extension SummaryFile {
  /// Stores embeddings of features in a summary, so that they are computed only once; the file is replaced as a whole.
  ///
  /// - Parameters:
  ///   - embeddings: by run id; runs whose features are no longer there, or already embedded, are skipped.
  ///   - path: `results/<experiment>.h5`
  /// - Throws: `Problem` if the file cannot be replaced.
  public static func keep(_ embeddings: [String: EmbeddingRecord], in path: String) throws {
    let url = URL(fileURLWithPath: path)
    let results = url.deletingLastPathComponent().path
    try holdingLock(results: results, experiment: url.deletingPathExtension().lastPathComponent) {
      try AtomicFile.write(path) { temporary in
        try FileManager.default.copyItem(atPath: path, toPath: temporary)
        let file = try HDF5File.open(temporary, .readWrite)
        for (identifier, embedding) in embeddings.sorted(by: { $0.key < $1.key }) {
          let features = "material/\(identifier)/features"
          guard try file.root.exists(features), try !file.root.exists("\(features)/\(EmbeddingGroup.name)")
          else { continue }
          try EmbeddingGroup.write(embedding, to: file.root.openGroup(features))
        }
        try file.close()
        try Seal.append(to: temporary)
      }
    }
  }

  /// A summary outside its experiment's results folder needs no lock: no other process writes it.
  private static func holdingLock(results: String, experiment: String, _ body: () throws -> Void) throws {
    guard FileManager.default.fileExists(atPath: "\(results)/\(experiment)") else { return try body() }
    try AdvisoryLock.hold(lock(results: results, experiment: experiment)) { try body() }
  }
}
