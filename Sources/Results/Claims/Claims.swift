import Diagnostics
import Foundation

/// Which process carries out which run of an experiment, among all processes that share its folder.
///
/// A claim is a file beside the run's, created exclusively, so that only one process succeeds; it names its owner. Its
/// modification time is the owner's heartbeat. A claim expires when its owner has ended: at once for a process of this
/// machine, after a minute without a heartbeat for one of another machine. That minute is measured by the file system's
/// clock, since the machines' clocks disagree.
///
/// An owner that was only suspended may thus come back and find its run done: the numbers are the same, bit for bit.
///
/// Making a claim needs no lock. Removing one does, so that a claim is re-checked before it is deleted.
public struct Claims: Sendable {
  /// The interval between an owner's heartbeats.
  public static let heartbeatInterval = Duration.seconds(5)
  /// How long an owner on another machine counts as alive without a heartbeat.
  public static let expiry = Duration.seconds(60)

  let owner: ClaimOwner
  let heartbeatInterval: Duration
  let expiry: Duration
  let results: String
  let experiment: String

  /// - Parameters:
  ///   - results: the folder of all results.
  ///   - owner: the process that makes the claims.
  public init(
    results: String, experiment: String, owner: ClaimOwner = .current(),
    heartbeatInterval: Duration = Claims.heartbeatInterval, expiry: Duration = Claims.expiry
  ) {
    self.owner = owner
    self.heartbeatInterval = heartbeatInterval
    self.expiry = expiry
    self.results = results
    self.experiment = experiment
  }

  private var folder: String { "\(results)/\(experiment)/runs" }
  private var lock: String { "\(results)/\(experiment)/.claims.lock" }

  private static let nameEnd = ".claim"

  /// `results/<experiment>/runs/<id>.claim`
  public func path(of identifier: String) -> String { "\(folder)/\(identifier)\(Self.nameEnd)" }

  /// Claims a run; removes an expired claim of another owner.
  ///
  /// - Returns: nil if another owner has claimed the run.
  /// - Throws: `Problem` if the folder cannot be written to.
  public func take(_ identifier: String) throws -> RunClaim? {
    let path = path(of: identifier)
    // A second try follows the removal of an expired claim; a third is needed only if others come and go meanwhile.
    for _ in 0..<3 {
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 {
        let claim = RunClaim(path: path, lock: lock, descriptor: descriptor, interval: heartbeatInterval)
        do {
          try write(to: descriptor, path)
        } catch {
          try claim.release()
          throw error
        }
        return claim
      }
      guard errno == EEXIST else {
        throw Problem(.inputOutput, at: path, "the claim cannot be made: \(systemReason())")
      }
      guard try removeIfExpired(identifier) else { return nil }
    }
    return nil
  }

  private func write(to descriptor: Int32, _ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    do {
      let content = try encoder.encode(Content(owner: owner, since: .now))
      try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        .write(contentsOf: content + Data("\n".utf8))
    } catch {
      throw Problem(
        .inputOutput, at: path, "the claim cannot be written: \(systemReason(error))",
        hint: "make room there, or give another folder with --results")
    }
  }

  /// Removes a claim whose owner has ended.
  ///
  /// - Returns: whether no claim is left.
  @discardableResult
  public func removeIfExpired(_ identifier: String) throws -> Bool {
    guard let claim = try read(identifier) else { return true }
    guard isExpired(claim) else { return false }
    return try remove(identifier, if: isExpired)
  }

  /// Removes the claims of a process that this one supervised and has seen end.
  public func removeClaims(ofProcess number: Int32) throws {
    func isItsOwn(_ claim: Claim) -> Bool {
      claim.owner?.supervisor == owner.process && claim.owner?.process.number == number
    }
    for claim in try all() where isItsOwn(claim) { try remove(claim.identifier, if: isItsOwn) }
  }

  /// Removes a claim, and the files that its owner was writing when it ended.
  ///
  /// - Returns: whether no claim is left.
  @discardableResult
  private func remove(_ identifier: String, if isToGo: (Claim) -> Bool) throws -> Bool {
    let path = path(of: identifier)
    return try AdvisoryLock.hold(lock) {
      // Another process may have removed it and claimed the run meanwhile.
      guard let claim = try read(identifier) else { return true }
      guard isToGo(claim) else { return false }
      if let process = claim.owner?.process, process.isAlive == false {
        try RunPaths(results: results, experiment: experiment, identifier: identifier)
          .removeRemains(of: process)
      }
      guard unlink(path) == 0 || errno == ENOENT else {
        throw Problem(.inputOutput, at: path, "the claim cannot be removed: \(systemReason())")
      }
      return true
    }
  }
}

// MARK: - Reading

extension Claims {
  /// The content of a claim's file.
  struct Content: Codable {
    var owner: ClaimOwner
    /// By the owner's clock.
    var since: Date
  }

  /// A claim as found on disk.
  public struct Claim: Sendable {
    /// The run's id.
    public var identifier: String
    /// nil if the file does not name the owner yet, or the owner ended before it could write that.
    public var owner: ClaimOwner?
    /// When the claim was made, by the owner's clock; nil if `owner` is.
    public var since: Date?
    /// The last heartbeat, by the file system's clock.
    public var heartbeat: Date
  }

  /// Whether the owner of a claim has ended.
  public func isExpired(_ claim: Claim) -> Bool {
    // If the file system's time is unavailable, no claim expires by it.
    claim.owner?.hasEnded(askedBy: owner) ?? silence(of: claim).map { $0 > expiry } ?? false
  }

  /// Time without a heartbeat; nil if the file system's time is unavailable.
  public func silence(of claim: Claim) -> Duration? {
    now().map { .seconds($0.timeIntervalSince(claim.heartbeat)) }
  }

  /// Whether no live process has claimed a run.
  public func isFree(_ identifier: String) throws -> Bool {
    try read(identifier).map(isExpired) ?? true
  }

  /// Every claim on a run of the experiment.
  public func all() throws -> [Claim] {
    try RunFolder.names(in: folder).filter { $0.hasSuffix(Self.nameEnd) }.sorted()
      .compactMap { try read(String($0.dropLast(Self.nameEnd.count))) }
  }

  /// - Returns: nil where there is no claim.
  func read(_ identifier: String) throws(Problem) -> Claim? {
    let path = path(of: identifier)
    // Opening makes a network file system ask its server for the current time stamp.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 && errno == ENOENT { return nil }
    guard descriptor >= 0 else {
      throw Problem(.inputOutput, at: path, "the claim cannot be read: \(systemReason())")
    }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      throw Problem(.inputOutput, at: path, "the claim cannot be read: \(systemReason())")
    }
    let text: Data
    do {
      text = try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
    } catch {
      throw Problem(.inputOutput, at: path, "the claim cannot be read: \(systemReason(error))")
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    // An owner that ended while writing left an incomplete file.
    let content = try? decoder.decode(Content.self, from: text)
    return Claim(
      identifier: identifier, owner: content?.owner, since: content?.since,
      heartbeat: information.st_mtim.date)
  }

  /// The file system's time: that of a newly created file.
  private func now() -> Date? {
    let path = TemporaryName(of: "\(folder)/.clock").path
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return nil }
    defer {
      close(descriptor)
      unlink(path)
    }
    var information = stat()
    guard futimens(descriptor, nil) == 0, fstat(descriptor, &information) == 0 else { return nil }
    return information.st_mtim.date
  }
}

extension timespec {
  var date: Date { Date(timeIntervalSince1970: Double(tv_sec) + Double(tv_nsec) / 1e9) }
}
