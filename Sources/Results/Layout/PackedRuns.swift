import Foundation
import HDF5

/// The runs of a sweep in its summary: an HDF5 file with `/runs`, `/test_sets` and `/material`, compressed as one data
/// set of bytes.
///
/// Most of a short run is HDF5's own description of its parts, much the same in every run: packed, a run takes a
/// quarter of the space.
enum PackedRuns {
  /// In the root of the summary.
  static let name = "packed_runs"

  /// Packs `runs`, a file in memory, and closes it.
  static func write(_ runs: HDF5File, to root: HDF5Group) throws(HDF5Error) {
    let image = try runs.image()
    try root.write(image, shape: [image.count], to: name, storage: .compressed(level: 9))
    try runs.close()
  }

  /// The same summary, in memory, with its runs where those of other summaries are.
  static func unpacked(_ root: HDF5Group) throws(HDF5Error) -> HDF5Group {
    let image = try root.openDataset(name).read(UInt8.self).values
    let file = try HDF5File.openInMemory("\(root.filePath)#\(UUID().uuidString)", image: image)
    for part in try root.names() where part != name { try file.root.copy(part, of: root) }
    for attribute in try root.attributes.names() where attribute != FileSchema.versionName {
      try file.root.attributes.write(root.attributes.readString(attribute), to: attribute)
    }
    return file.root
  }
}
