import HDF5

/// What figures of a run need besides its numbers: `/material` of a run file, `/material/<id>` of a summary.
///
///     most_normal/{sample, input, reconstruction}       images, bytes (sample, channel, row, column)
///     most_anomalous/…, missed/…, falsely_alarmed/…
///     features/{sample, components, explained_variance_ratio}
///     features/tsne                                     of a summary, where it was asked for; see `EmbeddingGroup`
///
/// `sample` holds positions in the run's test set.
enum MaterialGroup {
  private static let features = "features"

  static func write(_ material: RunMaterial, to group: HDF5Group) throws {
    for gallery in material.galleries {
      let target = try group.createGroup(gallery.name)
      let count = gallery.samples.count
      try target.write(gallery.samples.map(Int32.init), shape: [count], to: "sample")
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

  /// Copies a run's material into a summary, which keeps fewer images and fewer bits: a page shows no more.
  static func summarize(_ source: HDF5Group, as identifier: String, in summary: HDF5Group) throws {
    let target = try summary.createGroup(identifier)
    for child in try source.children() where child.name != features {
      let (gallery, copy) = (try source.openGroup(child.name), try target.createGroup(child.name))
      let dataset = try gallery.openDataset("sample")
      let count = min(summarizedImages, try dataset.shape().reduce(1, *))
      try copy.write(dataset.read(Int32.self, rows: 0..<count).values, shape: [count], to: "sample")
      for name in ["input", "reconstruction"] {
        let (bytes, shape) = try gallery.openDataset(name).read(UInt8.self, rows: 0..<count)
        try copy.write(bytes, shape: shape, to: name, storage: .compressed(level: 9))
      }
    }
    guard try source.exists(features) else { return }
    let (old, copy) = (try source.openGroup(features), try target.createGroup(features))
    let (values, shape) = try old.openDataset("components").read(Float.self)
    try copy.write(
      values.map { drawingPrecision($0, dropping: 16) }, shape: shape, to: "components",
      storage: .compressed(level: 9))
    for name in try old.names() where name != "components" { try copy.copy(name, of: old) }
  }

  private static let summarizedImages = 16

  /// Rounds to 24 significant bits less some: enough to draw, and half the bytes once deflated.
  static func drawingPrecision(_ value: Float, dropping dropped: UInt32 = 12) -> Float {
    let half = UInt32(1) << (dropped - 1)
    return value.isFinite ? Float(bitPattern: ((value.bitPattern &+ half) >> dropped) << dropped) : value
  }
}
