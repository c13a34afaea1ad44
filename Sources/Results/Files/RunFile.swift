import Diagnostics
import Foundation
import HDF5

/// The sealed file of one finished run: `/run` is its record, `/material` the data for figures, `/weights` the trained
/// detector after the last epoch.
public enum RunFile {
  static let nameEnd = ".h5"

  /// `results/<experiment>/runs/<id>.h5`
  public static func path(results: String, experiment: String, identifier: String) -> String {
    "\(results)/\(experiment)/runs/\(identifier)\(nameEnd)"
  }

  /// Writes a run, completely or not at all.
  public static func write(
    _ record: RunRecord, _ material: RunMaterial, weights: [WeightRecord], to path: String
  ) throws {
    try AtomicFile.write(path) { temporary in
      let file = try HDF5File.createInMemory(temporary)
      try FileSchema.run.mark(file.root)
      try RunGroup.write(record, to: file.root.createGroup("run"))
      try MaterialGroup.write(material, to: file.root.createGroup("material"))
      try TensorGroup.write(weights, to: file.root.createGroup("weights"))
      try file.save(followedBy: Seal.seal(of:))
    }
  }

  /// Rewrites a run with another record: the same training, evaluated in more ways.
  ///
  /// - Parameters:
  ///   - old: the present file, which is removed if an earlier version gave it another name.
  ///   - path: the new one.
  public static func replace(_ old: String, by record: RunRecord, at path: String) throws {
    let root = try FileSchema.run.open(old)
    try AtomicFile.write(path) { temporary in
      let file = try HDF5File.createInMemory(temporary)
      try FileSchema.run.mark(file.root)
      try RunGroup.write(record, to: file.root.createGroup("run"))
      for name in ["material", "weights"] { try file.root.copy(name, of: root) }
      try file.save(followedBy: Seal.seal(of:))
    }
    if old != path { try CheckpointFile.remove(old) }
  }

  /// The run, including its scores.
  ///
  /// - Throws: `Problem` if it is not a run file of ours, or damaged.
  public static func record(in path: String) throws -> RunRecord {
    let root = try FileSchema.run.open(path)
    do { return try record(root.openGroup("run")) } catch let error as HDF5Error {
      throw FileSchema.run.problem(error)
    }
  }

  private static func record(_ group: HDF5Group) throws -> RunRecord {
    try EarlierRunGroup.isEarlier(group) ? EarlierRunGroup.read(from: group) : RunGroup.read(from: group)
  }

  /// The run in an existing file, checked against its id.
  ///
  /// - Throws: `Problem` if the file is not a run file of ours, damaged, or of another id.
  public static func record(at path: String, identifier: String) throws -> RunRecord {
    let record = try record(in: path)
    guard record.identifier == identifier else {
      let found = record.earlierIdentifiers.first ?? record.identifier
      throw Problem(
        .badData, at: path, "the file holds run \(found), not the one in its name",
        hint: "rename it back, or remove it, and the run is repeated")
    }
    return record
  }

  /// The history of a run, including per-sample scores.
  ///
  /// - Throws: `Problem` if the file is not a run file of ours, damaged, or of another run.
  public static func history(at path: String, identifier: String) throws -> RunHistory {
    try record(at: path, identifier: identifier).history
  }

  /// The present id of the run in a file written by an earlier version; nil for other files.
  ///
  /// - Throws: `Problem` if it is damaged, or holds settings that this program does not know.
  public static func identifier(ofEarlier path: String) throws -> String? {
    guard !Seal.isSealed(path) else { return nil }
    let root = try FileSchema.run.open(path)
    do {
      let group = try root.openGroup("run")
      return try EarlierRunGroup.isEarlier(group) ? EarlierRunGroup.identifier(of: group) : nil
    } catch let error as HDF5Error {
      throw FileSchema.run.problem(error)
    }
  }

  /// The trained detector's tensors after the last epoch.
  public static func weights(in path: String) throws -> [WeightRecord] {
    do { return try TensorGroup.read(from: FileSchema.run.open(path).openGroup("weights")) } catch let error
      as HDF5Error
    {
      throw FileSchema.run.problem(error)
    }
  }
}
