import Diagnostics
import Foundation
import HDF5

/// The weights of a detector after one epoch of its training, in a file of their own beside the run's, sealed:
/// `/weights`, with the id and the epoch as attributes.
///
/// They let a finished training be evaluated in further ways. Those after the last epoch stand in the run's own file.
public enum WeightsFile {
  static let nameMark = ".weights-"

  /// `results/<experiment>/runs/<id>.weights-<epoch>.h5`
  static func path(of run: String, epoch: Int) -> String {
    run.dropLast(RunFile.nameEnd.count) + "\(nameMark)\(epoch)\(RunFile.nameEnd)"
  }

  /// - Parameter run: the path of the run's own file.
  public static func write(_ weights: [WeightRecord], identifier: String, epoch: Int, beside run: String) throws {
    try AtomicFile.write(path(of: run, epoch: epoch)) { temporary in
      let file = try HDF5File.createInMemory(temporary)
      try FileSchema.weights.mark(file.root)
      try file.root.attributes.write(identifier, to: "id")
      try file.root.attributes.write(epoch, to: "epoch")
      try TensorGroup.write(weights, to: file.root.createGroup("weights"))
      try file.save(followedBy: Seal.seal(of:))
    }
  }

  /// - Throws: `Problem` when it is damaged, or of another run or epoch.
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

  /// The epochs whose weights lie beside a run's own file.
  public static func epochs(beside run: String) throws(Problem) -> Set<Int> {
    let (folder, start) = (
      (run as NSString).deletingLastPathComponent,
      (run as NSString).lastPathComponent.dropLast(RunFile.nameEnd.count) + nameMark
    )
    let names = try RunFolder.names(in: folder)
    return Set(
      names.compactMap { name in
        guard name.hasPrefix(start), name.hasSuffix(RunFile.nameEnd) else { return nil }
        return Int(name.dropFirst(start.count).dropLast(RunFile.nameEnd.count))
      })
  }

  /// Removes the weights of the epochs that are not to be kept.
  ///
  /// - Throws: `Problem` when they are there and cannot be removed.
  public static func remove(beside run: String, keeping kept: Set<Int> = []) throws(Problem) {
    for epoch in try epochs(beside: run).subtracting(kept) {
      try CheckpointFile.remove(path(of: run, epoch: epoch))
    }
  }
}
