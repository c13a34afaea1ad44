import Diagnostics
import Foundation
import HDF5

/// The weights of a detector after one epoch of training, in a sealed file of their own: `/weights`, with the id and
/// the epoch as attributes.
///
/// They allow further evaluations of a finished training. The weights after the last epoch are in the run's own file.
public enum WeightsFile {
  /// The folder of an experiment's weights, beside that of its runs.
  public static func folder(results: String, experiment: String) -> String {
    "\(results)/\(experiment)/weights"
  }

  /// The id of the run whose weights a file of this name holds; nil for other names.
  public static func identifier(ofName name: String) -> String? {
    name.hasSuffix(RunFile.nameEnd) ? name.split(separator: "-").first.map(String.init) : nil
  }

  /// `results/<experiment>/weights/<id>-<epoch>.h5`
  ///
  /// - Parameter run: the path of the run's own file.
  public static func path(of run: String, epoch: Int) -> String {
    let (folder, identifier) = place(of: run)
    return "\(folder)/\(identifier)-\(epoch)\(RunFile.nameEnd)"
  }

  /// - Parameter run: `results/<experiment>/runs/<id>.h5`
  private static func place(of run: String) -> (folder: String, identifier: String) {
    let url = URL(fileURLWithPath: run)
    return (
      url.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("weights").path,
      url.deletingPathExtension().lastPathComponent
    )
  }

  /// Writes the weights after one epoch, completely or not at all.
  ///
  /// - Parameter run: the path of the run's own file.
  public static func write(_ weights: [WeightRecord], identifier: String, epoch: Int, beside run: String)
    throws
  {
    try AtomicFile.write(path(of: run, epoch: epoch)) { temporary in
      let file = try HDF5File.createInMemory(temporary)
      try FileSchema.weights.mark(file.root)
      try file.root.attributes.write(identifier, to: "id")
      try file.root.attributes.write(epoch, to: "epoch")
      try TensorGroup.write(weights, to: file.root.createGroup("weights"))
      try file.save(followedBy: Seal.seal(of:))
    }
  }

  /// Reads the weights after one epoch.
  ///
  /// - Throws: `Problem` if the file is missing, damaged, or of another run or epoch.
  public static func read(identifier: String, epoch: Int, beside run: String) throws -> [WeightRecord] {
    let path = path(of: run, epoch: epoch)
    let root = try FileSchema.weights.open(path)
    do {
      guard try root.attributes.readString("id") == identifier,
        try root.attributes.readNumber(Int.self, "epoch") == epoch
      else { throw Problem(.badData, at: path, "the file holds weights of another run or epoch") }
      return try TensorGroup.read(from: root.openGroup("weights"))
    } catch let error as HDF5Error {
      throw FileSchema.weights.problem(error)
    }
  }

  /// The epochs whose weights are stored beside a run's own file.
  public static func epochs(beside run: String) throws(Problem) -> Set<Int> {
    let (folder, identifier) = place(of: run)
    let start = "\(identifier)-"
    let names = try RunFolder.names(in: folder)
    return Set(
      names.compactMap { name in
        guard name.hasPrefix(start), name.hasSuffix(RunFile.nameEnd) else { return nil }
        return Int(name.dropFirst(start.count).dropLast(RunFile.nameEnd.count))
      })
  }

  /// Removes the temporary files that a process left of a run's weights when it ended while writing.
  ///
  /// - Throws: `Problem` if one exists and cannot be removed.
  static func removeRemains(beside run: String, of process: ProcessIdentity) throws(Problem) {
    let (folder, identifier) = place(of: run)
    try AtomicFile.removeRemains(in: folder) {
      $0.finalName.hasPrefix("\(identifier)-") && $0.isOf(process)
    }
  }

  /// Removes the weights of all epochs but those to be kept.
  ///
  /// - Throws: `Problem` if some exist and cannot be removed.
  public static func remove(beside run: String, keeping kept: Set<Int> = []) throws(Problem) {
    for epoch in try epochs(beside: run).subtracting(kept) {
      try CheckpointFile.remove(path(of: run, epoch: epoch))
    }
  }
}
