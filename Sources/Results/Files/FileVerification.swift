import Diagnostics
import Foundation
import HDF5

/// The result of checking one result file.
public enum FileVerdict: Sendable {
  /// The file is what was written.
  case intact
  /// Without a seal, as earlier versions wrote them; readable to the end.
  case unsealed
  case damaged(Problem)
}

/// Checks whether result files are what was written.
public enum FileVerification {
  /// Every result file in and below a folder, sorted: summaries, runs, weights, checkpoints and records of failures.
  ///
  /// - Throws: `Problem` if it is not a readable folder.
  public static func paths(in folder: String) throws(Problem) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw Problem(
        .missingInput, at: folder, "no such folder", hint: "name the folder of results, such as results")
    }
    var names: [String] = []
    do {
      names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    } catch {
      throw Problem(.inputOutput, at: folder, "cannot be read: \(systemReason(error))")
    }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    return names.filter { name in
      [RunFile.nameEnd, FailureFile.nameEnd].contains { name.hasSuffix($0) }
    }.sorted().map { prefix + $0 }
  }

  /// Checks a file against its seal and reads it to the end.
  public static func verdict(of path: String) -> FileVerdict {
    do {
      if path.hasSuffix(FailureFile.nameEnd) {
        _ = try FailureFile.read(path)
        return .intact
      }
      let isSealed: Bool
      if path.hasSuffix(CheckpointFile.nameEnd) {
        try CheckpointFile.requireSeal(path)
        isSealed = true
      } else {
        isSealed = Seal.isSealed(path)
      }
      let schema = schema(of: path)
      do {
        try schema.open(path, isVerified: schema == .checkpoint).readThrough()
      } catch let error as HDF5Error {
        return .damaged(schema.problem(error))
      }
      return isSealed ? .intact : .unsealed
    } catch {
      return .damaged(
        error as? Problem ?? Problem(.inputOutput, at: path, "cannot be read: \(systemReason(error))"))
    }
  }

  /// The kind that a file must be of, given its folder.
  private static func schema(of path: String) -> FileSchema {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().lastPathComponent
    switch folder {
    case "runs": return path.hasSuffix(CheckpointFile.nameEnd) ? .checkpoint : .run
    case "weights": return .weights
    default: return .summary
    }
  }
}
