import Diagnostics
import Foundation
import Hashing

/// Downloads files such that a file under its final name is always complete and verified.
///
/// Bytes go to `NAME.part`, which a later attempt can continue, even in another process. The file is renamed only after
/// size, SHA-256 and the download's own check.
public struct Fetcher: Sendable {
  /// Seconds without a single byte after which a request is abandoned.
  public var stallSeconds: Double
  /// Connection timeout in seconds.
  public var connectionSeconds: Double
  /// The maximum number of requests to one mirror; it is dropped earlier if a request makes no progress.
  public var requestsPerMirror: Int

  /// Sets the limits described at the properties.
  public init(stallSeconds: Double = 30, connectionSeconds: Double = 15, requestsPerMirror: Int = 4) {
    self.stallSeconds = stallSeconds
    self.connectionSeconds = connectionSeconds
    self.requestsPerMirror = requestsPerMirror
  }

  /// What `fetch` had to do.
  public enum Outcome: Sendable, Equatable {
    /// The right file was already there.
    case alreadyThere
    /// The file was downloaded.
    case fetched
  }

  /// Makes sure that the file is in `folder`, which is created if needed.
  ///
  /// - Parameter progress: called on this thread, at most ten times per second and once at the end.
  /// - Throws: `badData` when a different file has its name (it is left alone); `inputOutput` when every mirror failed,
  ///   with each one's reason and how to place the file by hand, or when `folder` cannot be written.
  @discardableResult
  public func fetch(
    _ download: Download, into folder: String, progress: (DownloadProgress) -> Void = { _ in }
  ) throws(Problem) -> Outcome {
    let final = folder.hasSuffix("/") ? folder + download.fileName : "\(folder)/\(download.fileName)"
    if try isThere(download, at: final) { return .alreadyThere }
    try createFolders(to: folder, hint: "give another with --data")
    let part = try PartialFile(at: final + ".part")
    // Another process may have fetched it while this one waited for the partial file.
    if try isThere(download, at: final) {
      part.remove()
      return .alreadyThere
    }
    if try isWhole(part, download) {
      try part.rename(to: final)
      return .fetched
    }
    var failures: [String] = []
    for address in download.mirrors {
      guard let reason = try request(download, from: address, to: part, progress) else {
        try part.rename(to: final)
        return .fetched
      }
      failures.append("\(address): \(reason)")
    }
    if try part.size() == 0 { part.remove() }
    throw nothingWorked(download, at: final, failures)
  }

  /// Requests the rest of the file from one mirror until it is complete and verified.
  ///
  /// - Returns: nil on success, else why this mirror failed.
  private func request(
    _ download: Download, from address: String, to part: borrowing PartialFile,
    _ progress: (DownloadProgress) -> Void
  ) throws(Problem) -> String? {
    var reason = ""
    for _ in 0..<max(1, requestsPerMirror) {
      let before = try part.size()
      switch transfer(download, from: address, to: part, progress) {
      case .complete:
        guard let fault = try fault(of: part.path, download) else { return nil }
        try part.empty()
        // If the beginning came from an earlier request, this mirror may still have the right file.
        if before == 0 { return fault }
        reason = fault
      case .wrong(let words):
        try part.empty()
        if before == 0 { return words }
        reason = words
      case .rangeRefused:
        try part.empty()
        reason = "it cannot continue the file"
      case .interrupted(let words):
        if try part.size() <= before { return words }
        reason = words
      case .refused(let words): return words
      case .localFailure(let words):
        throw Problem(.inputOutput, at: part.path, "cannot be written: \(words)")
      }
    }
    return reason
  }

  private func transfer(
    _ download: Download, from address: String, to part: borrowing PartialFile,
    _ progress: (DownloadProgress) -> Void
  ) -> HTTPTransfer.Ending {
    let descriptor = part.descriptor
    return withoutActuallyEscaping(progress) { progress in
      let limits = HTTPTransfer.Limits(stallSeconds: stallSeconds, connectionSeconds: connectionSeconds)
      let transfer = HTTPTransfer(address, to: descriptor, declaredSize: download.size, limits: limits) {
        progress(
          DownloadProgress(fileName: download.fileName, bytesDone: $0, bytesTotal: $1, bytesPerSecond: $2))
      }
      return transfer.run()
    }
  }

  // MARK: - Verification

  private func isThere(_ download: Download, at path: String) throws(Problem) -> Bool {
    guard access(path, F_OK) == 0 else { return false }
    guard let fault = try fault(of: path, download) else { return true }
    throw Problem(
      .badData, at: path, "is not the expected \(download.fileName): \(fault)",
      hint: "move it away and try again, so that the right one can be downloaded")
  }

  /// Whether an earlier attempt downloaded everything before it ended. Empties a file that can no longer become right.
  private func isWhole(_ part: borrowing PartialFile, _ download: Download) throws(Problem) -> Bool {
    let size = try part.size()
    guard size > 0, download.sha256 != nil || download.size == size else { return false }
    if let declared = download.size, size < declared { return false }
    if try fault(of: part.path, download) == nil { return true }
    if download.size != nil { try part.empty() }
    return false
  }

  /// What is wrong with the file at `path`; nil if nothing.
  private func fault(of path: String, _ download: Download) throws(Problem) -> String? {
    var information = stat()
    if stat(path, &information) != 0 { throw systemProblem(path, "cannot be read") }
    if let size = download.size, Int(information.st_size) != size {
      return "it has \(information.st_size) bytes, not \(size)"
    }
    if let sha256 = download.sha256 {
      let actual = try SHA256.hexadecimal(ofFile: path)
      if actual != sha256 { return "its SHA-256 is \(actual), not \(sha256)" }
    }
    do throws(Problem) {
      try download.verify?(path)
      return nil
    } catch {
      return error.cause
    }
  }

  // MARK: - Message

  private func nothingWorked(_ download: Download, at path: String, _ failures: [String]) -> Problem {
    let tried = failures.isEmpty ? "no address is known for it" : failures.joined(separator: "; ")
    let marks = [download.size.map { "\($0) bytes" }, download.sha256.map { "SHA-256 \($0)" }].compactMap(
      \.self)
    let described = marks.isEmpty ? "" : ", \(marks.joined(separator: ", ")),"
    return Problem(
      .inputOutput, at: path, "cannot be downloaded: \(tried)",
      hint: "without a network, get \(download.fileName)\(described) elsewhere and put it at \(path)")
  }
}
