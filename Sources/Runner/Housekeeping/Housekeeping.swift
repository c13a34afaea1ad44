import Diagnostics
import Foundation
import Results

/// Finds removable files in a folder of results. Summaries, files of requested runs, and files of runs that a process
/// holds are never among them.
public struct Housekeeping {
  private let results: String
  private let experiment: String
  private let claims: Claims
  /// The requested runs; if unknown (nil), no file is removed for being stale.
  private let asked: Set<String>?
  /// The requested runs that have all that is asked of them; empty if unknown.
  private let done: Set<String>
  /// Why the other runs are not requested.
  private let reasons: [String: String]
  private let summarized: Set<String>

  /// Examines an experiment whose spec is known.
  public init(_ plan: Plan) throws {
    let stale = plan.staleRuns().map { ($0.identifier, $0.reasons.joined(separator: "; ")) }
    try self.init(
      results: plan.results, experiment: plan.experiment.name, asked: plan.storedNames,
      done: plan.doneNames, reasons: Dictionary(stale) { first, _ in first })
  }

  /// Examines an experiment whose spec is not available: which runs are done is unknown too, since a spec may ask for
  /// further evaluations of a finished one.
  public init(results: String, experiment: String) throws {
    try self.init(results: results, experiment: experiment, asked: nil, done: [], reasons: [:])
  }

  private init(
    results: String, experiment: String, asked: Set<String>?, done: Set<String>, reasons: [String: String]
  ) throws {
    self.results = results
    self.experiment = experiment
    self.asked = asked
    self.done = done
    self.reasons = reasons
    claims = Claims(results: results, experiment: experiment)
    let summary = SummaryFile.path(results: results, experiment: experiment)
    summarized =
      FileManager.default.fileExists(atPath: summary) ? try SummarizedRuns(in: summary).identifiers : []
  }

  /// The experiments that have a folder of runs.
  ///
  /// - Throws: `Problem` if the folder of all results cannot be read.
  public static func experiments(in results: String) throws(Problem) -> [String] {
    try RunFolder.names(in: results).sorted().filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(results)/\(name)/runs", isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  /// All removable files, ordered by path.
  public func leftovers() throws -> [Leftover] {
    let folder = "\(results)/\(experiment)/runs"
    // Listed before the claims, so that a file of a run that is claimed meanwhile is not among them.
    let names = try RunFolder.names(in: folder)
    var held: Set<String> = []
    var leftovers: [Leftover] = []
    for claim in try claims.all() {
      if claims.isExpired(claim) {
        leftovers.append(Leftover(.claim, claims.path(of: claim.identifier), "its process has ended"))
      } else {
        held.insert(claim.identifier)
      }
    }
    for name in names {
      let identifier = String(name.prefix { $0 != "." })
      guard !held.contains(identifier), let (kind, reason) = verdict(name, identifier) else { continue }
      leftovers.append(Leftover(kind, "\(folder)/\(name)", reason))
    }
    leftovers += try weightsLeftovers(held: held)
    return try (leftovers + summaryLeftovers()).sorted { $0.path < $1.path }
  }

  /// Weights of runs that are neither requested nor held by a process.
  private func weightsLeftovers(held: Set<String>) throws -> [Leftover] {
    let folder = WeightsFile.folder(results: results, experiment: experiment)
    return try RunFolder.names(in: folder).compactMap { name in
      if let reason = abandonment(of: name, in: folder) {
        return Leftover(.temporary, "\(folder)/\(name)", reason)
      }
      guard let asked, let identifier = WeightsFile.identifier(ofName: name), !held.contains(identifier),
        !asked.contains(identifier)
      else { return nil }
      return Leftover(
        .staleRun, "\(folder)/\(name)", reasons[identifier] ?? "the spec does not ask for it")
    }
  }

  /// Why a file of a run that no process holds is removable; nil if it is not.
  private func verdict(_ name: String, _ identifier: String) -> (Leftover.Kind, String)? {
    if let reason = abandonment(of: name, in: "\(results)/\(experiment)/runs") { return (.temporary, reason) }
    let isAsked = asked?.contains(identifier) ?? true
    let reason = reasons[identifier] ?? "the spec does not ask for it"
    let traceReason: String? = done.contains(identifier) ? "its run is done" : isAsked ? nil : reason
    switch name.dropFirst(identifier.count) {
    case ".checkpoint.h5": return traceReason.map { (.checkpoint, $0) }
    case ".checkpoint.h5.unusable": return (.checkpoint, "it is unusable")
    case ".failed": return traceReason.map { (.failure, $0) }
    case ".h5":
      guard !isAsked else { return nil }
      let rest =
        summarized.contains(identifier) ? "its scores stay in the summary" : "its result is nowhere else"
      return (.staleRun, "\(reason) (\(rest))")
    default: return nil
    }
  }

  /// Temporary files of the summary, if no process is writing it.
  private func summaryLeftovers() throws -> [Leftover] {
    let prefix = "\(experiment).h5.tmp-"
    let found = try RunFolder.names(in: results).filter { $0.hasPrefix(prefix) }
      .compactMap { name in abandonment(of: name, in: results).map { (name, $0) } }
    guard !found.isEmpty, SummaryFile.isUnlocked(results: results, experiment: experiment) else { return [] }
    return found.map { Leftover(.temporary, "\(results)/\($0)", $1) }
  }

  /// Why nobody writes to a temporary file any more; nil if somebody may, or if the name is not temporary.
  private func abandonment(of name: String, in folder: String) -> String? {
    guard let temporary = TemporaryName(name) else { return nil }
    switch temporary.isBeingWritten {
    case true: return nil
    case false: return "the process that wrote it has ended"
    case nil:
      // Of another machine's process, only the file's age can be seen.
      var information = stat()
      guard stat("\(folder)/\(name)", &information) == 0 else { return nil }
      let idle = Date.now.timeIntervalSince1970 - Double(information.st_mtim.tv_sec)
      return idle > TemporaryName.longestIdleTime ? "nothing has been written to it for a day" : nil
    }
  }
}
