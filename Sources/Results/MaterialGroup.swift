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
  static func write(_ record: RunRecord, to group: HDF5Group) throws {
    for gallery in record.galleries {
      let target = try group.createGroup(gallery.name)
      let count = gallery.samples.count
      try target.write(gallery.samples.map(Int32.init), shape: [count], to: "sample")
      for (name, bytes) in [("input", gallery.inputs), ("reconstruction", gallery.reconstructions)] {
        try target.write(bytes, shape: [count] + record.imageShape, to: name, storage: .compressed())
      }
    }
    guard let features = record.features else { return }
    let target = try group.createGroup("features")
    let (count, components) = (features.samples.count, features.explainedVarianceRatio.count)
    try target.write(features.samples.map(Int32.init), shape: [count], to: "sample")
    try target.write(
      features.components.map(drawingPrecision), shape: [count, components], to: "components",
      storage: .compressed())
    try target.write(features.explainedVarianceRatio, shape: [components], to: "explained_variance_ratio")
  }

  /// Rounds to 12 significant bits: enough to draw, and half the bytes once deflated.
  static func drawingPrecision(_ value: Float) -> Float {
    let dropped: UInt32 = 12
    let half = UInt32(1) << (dropped - 1)
    return value.isFinite ? Float(bitPattern: ((value.bitPattern &+ half) >> dropped) << dropped) : value
  }
}
