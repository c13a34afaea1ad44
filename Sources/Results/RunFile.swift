import Diagnostics
import Foundation
import HDF5

/// The file of one finished run: `/run` and `/material` are what a summary takes over, `/weights` is the
/// trained detector.
public enum RunFile {
  static let nameEnd = ".h5"

  /// `results/<experiment>/runs/<id>.h5`
  public static func path(results: String, experiment: String, identifier: String) -> String {
    "\(results)/\(experiment)/runs/\(identifier)\(nameEnd)"
  }

  /// Writes a record; the file is there as a whole or not at all.
  public static func write(_ record: RunRecord, to path: String) throws {
    try AtomicFile.write(path) { temporary in
      let file = try HDF5File.createInMemory(temporary)
      try FileSchema.run.mark(file.root)
      try RunGroup.write(record, to: file.root.createGroup("run"))
      try MaterialGroup.write(record, to: file.root.createGroup("material"))
      try TensorGroup.write(record.weights, to: file.root.createGroup("weights"))
      try file.save()
    }
  }

  /// Whether a readable run file with this id is there.
  ///
  /// - Throws: `Problem` when there is a file that is no run file of ours, a damaged one, or one of another id.
  public static func exists(at path: String, identifier: String) throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    let root = try FileSchema.run.open(path)
    let found: String
    do {
      let run = try root.openGroup("run")
      found = try run.attributes.readString("id")
      _ = try StoredRun(run)
    } catch {
      throw FileSchema.run.problem(error)
    }
    guard found == identifier else {
      throw Problem(
        .badData, at: path, "the file holds run \(found), not the one that its name says",
        hint: "rename it back, or remove it, and the run is made anew")
    }
    return true
  }

  /// The spec of the run alone, every value written out.
  public static func spec(in path: String) throws -> String {
    try FileSchema.run.open(path).openDataset("run/spec").readString()
  }

  /// The trained detector's tensors.
  public static func weights(in path: String) throws -> [WeightRecord] {
    try TensorGroup.read(from: FileSchema.run.open(path).openGroup("weights"))
  }
}
