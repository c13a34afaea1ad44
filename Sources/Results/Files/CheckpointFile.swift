import Diagnostics
import Foundation
import HDF5
import Hashing
import Specs

/// The file of a run in progress: `/run`, laid out as in the file of a finished run, `/detector` and `/environment`.
///
/// The HDF5 file proper is followed by 64 digits, the SHA-256 of everything before them. They are checked before HDF5
/// sees a byte: a damaged checkpoint is refused, whatever the damage, and never resumed.
public enum CheckpointFile {
  static let nameEnd = ".checkpoint.h5"
  private static let sealCount = 64
  /// Files of earlier versions lack this attribute.
  private static let evaluationSeconds = "evaluation_seconds_in_epoch"

  /// `results/<experiment>/runs/<id>.checkpoint.h5`
  public static func path(results: String, experiment: String, identifier: String) -> String {
    "\(results)/\(experiment)/runs/\(identifier)\(nameEnd)"
  }

  /// Writes a checkpoint; after a crash, either the old or the new one is there, complete.
  public static func write(_ checkpoint: Checkpoint, to path: String) throws {
    try AtomicFile.write(path) { temporary in
      let file = try HDF5File.createInMemory(temporary)
      try FileSchema.checkpoint.mark(file.root)
      let attributes = file.root.attributes
      try attributes.write(checkpoint.identifier, to: "id")
      try attributes.write(checkpoint.resumedFrom, to: "resumed_from")
      try attributes.write(checkpoint.secondsInEpoch, to: "seconds_in_epoch")
      try attributes.write(checkpoint.evaluationSecondsInEpoch, to: evaluationSeconds)
      try RunGroup.writeProvenance(checkpoint.provenance, to: file.root)
      try HistoryGroup.write(checkpoint.history, to: file.root.createGroup("run"))
      try write(checkpoint.detector, to: file.root.createGroup("detector"))
      try file.save(followedBy: { Array(SHA256.hexadecimal(of: $0).utf8) })
    }
  }

  private static func write(_ detector: Checkpoint.Detector, to group: HDF5Group) throws {
    try TensorGroup.write(detector.tensors, to: group.createGroup("tensors"))
    let counts = detector.counts.sorted { $0.key < $1.key }
    try group.write(counts.map(\.key), to: "count_names")
    try group.write(counts.map(\.value), shape: [counts.count], to: "counts")
    let sums = detector.sums.sorted { $0.key < $1.key }
    try group.write(sums.map(\.key), to: "sum_names")
    try group.write(sums.map(\.value), shape: [sums.count], to: "sums")
  }

  /// Reads the checkpoint of a run.
  ///
  /// - Parameter identifier: the run's id, or the one that a file of an earlier version has.
  /// - Returns: nil if there is none.
  /// - Throws: `Problem` of kind `badData` for a file that is damaged, of another kind or of another run, and
  ///   `inputOutput` if reading fails.
  public static func read(_ path: String, of run: Run, identifier: String) throws -> Checkpoint? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    try requireSeal(path)
    let root = try FileSchema.checkpoint.open(path, isVerified: true)
    do {
      let checkpoint = try read(root, run)
      guard checkpoint.identifier == identifier else {
        throw Problem(.badData, at: path, "it belongs to run \(checkpoint.identifier)")
      }
      return checkpoint
    } catch let error as HDF5Error {
      throw FileSchema.checkpoint.problem(error)
    }
  }

  /// Checks that a checkpoint is intact.
  ///
  /// - Throws: `Problem` of kind `badData` if it is damaged, and `inputOutput` if reading fails.
  static func requireSeal(_ path: String) throws(Problem) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    } catch {
      throw Problem(.inputOutput, at: path, "cannot be read: \(systemReason(error))")
    }
    let sealed = bytes.dropLast(sealCount)
    var hash = SHA256()
    hash.update(sealed.bytes)
    guard bytes.suffix(sealCount).elementsEqual(hash.hexadecimal().utf8) else {
      throw Problem(.badData, at: path, "it is damaged: its content does not have the checksum at its end")
    }
  }

  private static func read(_ root: HDF5Group, _ run: Run) throws(HDF5Error) -> Checkpoint {
    let isEarlier = try root.attributes.readNumber(Int.self, "schema_version") == EarlierRunGroup.version
    let history = try root.openGroup("run")
    let detector = try root.openGroup("detector")
    return Checkpoint(
      identifier: try root.attributes.readString("id"),
      provenance: try Provenance(root.openGroup("environment")),
      resumedFrom: try root.attributes.readStrings("resumed_from"),
      history: try isEarlier ? EarlierHistory.read(from: history, run) : HistoryGroup.read(from: history),
      secondsInEpoch: try root.attributes.readNumber(Double.self, "seconds_in_epoch"),
      evaluationSecondsInEpoch: try root.attributes.exists(evaluationSeconds)
        ? root.attributes.readNumber(Double.self, evaluationSeconds) : 0,
      detector: Checkpoint.Detector(
        tensors: try TensorGroup.read(from: detector.openGroup("tensors")),
        counts: try named(Int.self, "count_names", "counts", of: detector),
        sums: try named(Double.self, "sum_names", "sums", of: detector)))
  }

  private static func named<Number: HDF5Number>(
    _ type: Number.Type, _ names: String, _ values: String, of group: HDF5Group
  ) throws(HDF5Error) -> [String: Number] {
    let names = try group.openDataset(names).readStrings().values
    let values = try group.openDataset(values).read(type, shape: [names.count])
    return Dictionary(zip(names, values)) { first, _ in first }
  }

  /// Removes the checkpoint, if any, of a run that is done or restarts.
  ///
  /// - Throws: `Problem` if it exists and cannot be removed.
  public static func remove(_ path: String) throws(Problem) {
    if unlink(path) != 0, errno != ENOENT {
      throw Problem(.inputOutput, at: path, "cannot be removed: \(systemReason())")
    }
  }

  /// Moves an unusable checkpoint out of the way.
  ///
  /// - Returns: its new path.
  /// - Throws: `Problem` if it cannot be moved.
  public static func setAside(_ path: String) throws(Problem) -> String {
    let aside = path + ".unusable"
    guard rename(path, aside) == 0 else {
      throw Problem(.inputOutput, at: path, "cannot be moved out of the way: \(systemReason())")
    }
    return aside
  }
}
