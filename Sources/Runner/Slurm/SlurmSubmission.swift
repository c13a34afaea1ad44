import Diagnostics
import Foundation

/// Submits scripts to Slurm.
public enum SlurmSubmission {
  /// Submits a script with `sbatch`.
  ///
  /// - Returns: the output of `sbatch`, such as `Submitted batch job 17`.
  /// - Throws: `Problem` if there is no `sbatch`, or with its message if it refuses.
  public static func submit(_ path: String) throws -> String {
    guard let sbatch = find("sbatch") else {
      throw Problem(
        .missingInput, at: "sbatch", "no such program: Slurm is not installed here",
        hint: "submit \(path) where it is; on this machine alone, use `ganomaly run --jobs`")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: sbatch)
    process.arguments = [path]
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    do {
      try process.run()
    } catch {
      throw Problem(.inputOutput, at: sbatch, "cannot be started: \(systemReason(error))")
    }
    // Both are a few lines, so neither pipe fills up.
    let words = try text(of: output)
    let complaint = try text(of: errors)
    process.waitUntilExit()
    guard process.terminationStatus == 0, process.terminationReason == .exit else {
      let reason = complaint.replacing("\n", with: "; ")
      throw Problem(
        .inputOutput, at: path, "Slurm refuses it: \(reason.isEmpty ? "sbatch gives no reason" : reason)",
        hint: "change the options, or edit it and submit it with sbatch")
    }
    return words
  }

  private static func text(of pipe: Pipe) throws -> String {
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Finds a program in `PATH`.
  private static func find(_ program: String) -> String? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }
}
