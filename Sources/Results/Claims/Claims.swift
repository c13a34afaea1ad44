import Diagnostics
import Foundation

/// Who carries out which run of an experiment, among all processes that share its folder.
///
/// A claim is a file beside the run's, made so that one process alone succeeds, and holding who that is. Its time
/// stamp is the owner's heartbeat. It expires when the owner has ended: for a process of this machine at once, for
/// one of another machine after a minute without heartbeat. That minute is measured by the file system's clock, since
/// machines do not agree on the time.
///
/// An owner that was only suspended may so come back and find its run done: the numbers are the same, bit for bit.
///
/// Making a claim needs no lock. Removing one does, so that nobody removes a claim that he has not judged.
public struct Claims: Sendable {
  /// How often an owner shows that it is alive.
  public static let heartbeatInterval = Duration.seconds(5)
  /// How long an owner on another machine passes for alive without a heartbeat.
  public static let expiry = Duration.seconds(60)

  let owner: ClaimOwner
  let heartbeatInterval: Duration
  let expiry: Duration
  let results: String
  let experiment: String

  /// - Parameters:
  ///   - results: the folder of all results.
  ///   - owner: in whose name claims are made.
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

  /// Claims a run; an expired claim of another is removed.
  ///
  /// - Returns: nil when the run is another's.
  /// - Throws: `Problem` when the folder cannot be written to.
  public func take(_ identifier: String) throws -> RunClaim? {
    let path = path(of: identifier)
    // Once to find what has expired; more often only where others come and go meanwhile.
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

  /// Removes the claim of an owner that has ended.
  ///
  /// - Returns: whether there is no claim now.
  @discardableResult
  public func removeIfExpired(_ identifier: String) throws -> Bool {
    guard let claim = try read(identifier) else { return true }
    guard isExpired(claim) else { return false }
    return try remove(identifier, if: isExpired)
  }

  /// Removes the claims of a process that this one supervised, and whose end it has seen.
  public func removeClaims(ofProcess number: Int32) throws {
    func isItsOwn(_ claim: Claim) -> Bool {
      claim.owner?.supervisor == owner.process && claim.owner?.process.number == number
    }
    for claim in try all() where isItsOwn(claim) { try remove(claim.identifier, if: isItsOwn) }
  }

  /// With the claim goes what its owner was writing when it ended.
  ///
  /// - Returns: whether there is no claim now.
  @discardableResult
  private func remove(_ identifier: String, if isToGo: (Claim) -> Bool) throws -> Bool {
    let path = path(of: identifier)
    return try AdvisoryLock.hold(lock) {
      // Another may have removed it and claimed the run meanwhile.
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
  /// What the file of a claim says.
  struct Content: Codable {
    var owner: ClaimOwner
    /// By the owner's clock.
    var since: Date
  }

  /// A claim as it is found.
  public struct Claim: Sendable {
    public var identifier: String
    /// Nil when the file does not say it: its owner is about to, or came to an end before.
    public var owner: ClaimOwner?
    public var since: Date?
    /// By the file system's clock.
    public var heartbeat: Date
  }

  /// Whether the owner of a claim has ended.
  public func isExpired(_ claim: Claim) -> Bool {
    // Where the file system's time cannot be asked for, nothing expires by it.
    claim.owner?.hasEnded(askedBy: owner) ?? silence(of: claim).map { $0 > expiry } ?? false
  }

  /// Time without a heartbeat; nil where the file system's time cannot be asked for.
  public func silence(of claim: Claim) -> Duration? {
    now().map { .seconds($0.timeIntervalSince(claim.heartbeat)) }
  }

  /// Whether nobody who is alive has claimed a run.
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
    // Opening makes a network file system ask its server for the present time stamp.
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
    // An owner that ended while it wrote has left less than all.
    let content = try? decoder.decode(Content.self, from: text)
    return Claim(
      identifier: identifier, owner: content?.owner, since: content?.since,
      heartbeat: information.st_mtim.date)
  }

  /// The file system's time: that of a file made at the moment.
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
