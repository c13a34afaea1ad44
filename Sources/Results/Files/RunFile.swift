import Diagnostics
import Foundation
import HDF5

/// The file of one finished run, sealed: `/run` is its record, `/material` what figures need, `/weights` the trained
/// detector after the last epoch.
public enum RunFile {
  static let nameEnd = ".h5"

  /// `results/<experiment>/runs/<id>.h5`
  public static func path(results: String, experiment: String, identifier: String) -> String {
    "\(results)/\(experiment)/runs/\(identifier)\(nameEnd)"
  }

  /// Writes a run; the file is there as a whole or not at all.
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

  /// Writes a run anew with another record: the same training, evaluated in more ways.
  public static func replace(_ record: RunRecord, at path: String) throws {
    let old = try FileSchema.run.open(path)
    try AtomicFile.write(path) { temporary in
      let file = try HDF5File.createInMemory(temporary)
      try FileSchema.run.mark(file.root)
      try RunGroup.write(record, to: file.root.createGroup("run"))
      for name in ["material", "weights"] { try file.root.copy(name, of: old) }
      try file.save(followedBy: Seal.seal(of:))
    }
  }

  /// The run, its scores included.
  ///
  /// - Throws: `Problem` when it is no run file of ours, or a damaged one.
  public static func record(in path: String) throws -> RunRecord {
    let root = try FileSchema.run.open(path)
    do { return try record(root.openGroup("run")) } catch let error as HDF5Error {
      throw FileSchema.run.problem(error)
    }
  }

  private static func record(_ group: HDF5Group) throws -> RunRecord {
    try EarlierRunGroup.isEarlier(group) ? EarlierRunGroup.read(from: group) : RunGroup.read(from: group)
  }

  /// The run that a file holds, which is there.
  ///
  /// - Throws: `Problem` when there is a file that is no run file of ours, a damaged one, or one of another id.
  public static func record(at path: String, identifier: String) throws -> RunRecord {
    let record = try record(in: path)
    guard record.identifier == identifier else {
      let found = record.earlierIdentifiers.first ?? record.identifier
      throw Problem(
        .badData, at: path, "the file holds run \(found), not the one that its name says",
        hint: "rename it back, or remove it, and the run is repeated")
    }
    return record
  }

  /// The history of a run, without scores of single samples.
  ///
  /// - Throws: `Problem` when it is no run file of ours, a damaged one, or one of another run.
  public static func history(at path: String, identifier: String) throws -> RunHistory {
    try record(at: path, identifier: identifier).history
  }

  /// The present id of the run in a file that an earlier version of the program has written; nil for other files.
  ///
  /// - Throws: `Problem` when it is damaged, or holds settings that this program does not know.
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
