import HDF5

/// The data that a run's figures need besides its numbers: `/material` of a run file, `/material/<id>` of a summary.
///
///     most_normal/{sample, score, input, reconstruction}    images, bytes (sample, channel, row, column)
///     most_anomalous/…, missed/…, falsely_alarmed/…
///     features/{sample, components, explained_variance_ratio}
///     features/tsne                                     in a summary, if it was asked for; see `EmbeddingGroup`
///
/// `sample` holds positions in the run's test set.
enum MaterialGroup {
  private static let features = "features"

  static func write(_ material: RunMaterial, to group: HDF5Group) throws {
    for gallery in material.galleries {
      let target = try group.createGroup(gallery.name)
      let count = gallery.samples.count
      try target.write(gallery.samples.map(Int32.init), shape: [count], to: "sample")
      try target.write(gallery.scores, shape: [count], to: "score")
      for (name, bytes) in [("input", gallery.inputs), ("reconstruction", gallery.reconstructions)] {
        try target.write(bytes, shape: [count] + material.imageShape, to: name, storage: .compressed())
      }
    }
    guard let reduced = material.features else { return }
    let target = try group.createGroup(features)
    let (count, components) = (reduced.samples.count, reduced.explainedVarianceRatio.count)
    try target.write(reduced.samples.map(Int32.init), shape: [count], to: "sample")
    try target.write(
      reduced.components.map { drawingPrecision($0) }, shape: [count, components], to: "components",
      storage: .compressed())
    try target.write(reduced.explainedVarianceRatio, shape: [components], to: "explained_variance_ratio")
  }

  /// Copies a run's material into a summary, reduced to what a page shows: fewer images, samples and bits.
  ///
  /// - Parameter scores: the headline's scores after the last epoch, for material of an earlier version that lacks
  ///   them.
  static func summarize(
    _ source: HDF5Group, as identifier: String, in summary: HDF5Group, scores: [Float] = []
  ) throws(HDF5Error) {
    let target = try summary.createGroup(identifier)
    for child in try source.children() where child.name != features {
      try summarizeGallery(
        source.openGroup(child.name), to: target.createGroup(child.name), scores: scores)
    }
    if try source.exists(features) {
      try summarizeFeatures(source.openGroup(features), to: target.createGroup(features))
    }
  }

  private static func summarizeGallery(
    _ gallery: HDF5Group, to target: HDF5Group, scores: [Float]
  ) throws(HDF5Error) {
    let dataset = try gallery.openDataset("sample")
    let count = min(summarizedImages, try dataset.shape().reduce(1, *))
    let samples = try dataset.read(Int32.self, rows: 0..<count).values
    try target.write(samples, shape: [count], to: "sample")
    let known =
      try gallery.exists("score")
      ? gallery.openDataset("score").read(Float.self, rows: 0..<count).values
      : samples.map { scores.indices.contains(Int($0)) ? scores[Int($0)] : .nan }
    try target.write(known, shape: [count], to: "score")
    for name in ["input", "reconstruction"] {
      let (bytes, shape) = try gallery.openDataset(name).read(UInt8.self, rows: 0..<count)
      try target.write(bytes, shape: shape, to: name, storage: .compressed(level: 9))
    }
  }

  /// Evenly spaced samples, at most `summarizedSamples`.
  private static func summarizeFeatures(_ source: HDF5Group, to target: HDF5Group) throws(HDF5Error) {
    let samples = try source.openDataset("sample").read(Int32.self).values
    let stride = max(1, (samples.count + summarizedSamples - 1) / summarizedSamples)
    let chosen = Array(Swift.stride(from: 0, to: samples.count, by: stride))
    try target.write(chosen.map { samples[$0] }, shape: [chosen.count], to: "sample")
    let (values, shape) = try source.openDataset("components").read(Float.self)
    guard shape.count == 2, shape[0] == samples.count else {
      throw source.refusal("its components are not those of \(samples.count) samples")
    }
    let rows = chosen.flatMap { values[$0 * shape[1]..<($0 + 1) * shape[1]] }
    try target.write(
      rows.map { drawingPrecision($0, dropping: 16) }, shape: [chosen.count, shape[1]], to: "components",
      storage: .compressed(level: 9))
    try target.copy("explained_variance_ratio", of: source)
    // An embedding is valid for exactly these samples only.
    if stride == 1, try source.exists(EmbeddingGroup.name) {
      try target.copy(EmbeddingGroup.name, of: source)
    }
  }

  /// As many as a report's gallery shows.
  private static let summarizedImages = 8
  private static let summarizedSamples = 500

  /// Rounds to 24 − `dropped` significant bits: enough to draw, and half the bytes once deflated.
  static func drawingPrecision(_ value: Float, dropping dropped: UInt32 = 12) -> Float {
    let half = UInt32(1) << (dropped - 1)
    return value.isFinite ? Float(bitPattern: ((value.bitPattern &+ half) >> dropped) << dropped) : value
  }
}
