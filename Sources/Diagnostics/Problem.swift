/// What a user can cause and must be told of: where it is, what is wrong, and what to do.
///
/// Every module throws this one type for what comes from outside (specs, data files, folders, networks).
/// A mistake of the programmer is a precondition instead.
public struct Problem: Error, Equatable, Codable, Sendable {
  /// The kind of trouble; it decides the exit status.
  public enum Kind: Int32, Codable, Sendable {
    /// Some run failed; the others are kept.
    case runFailed = 1
    /// The command line or a spec is wrong (`EX_USAGE`).
    case usage = 64
    /// Data has a wrong form or wrong content (`EX_DATAERR`).
    case badData = 65
    /// A file or folder that is needed is not there (`EX_NOINPUT`).
    case missingInput = 66
    /// There is not enough memory (`EX_OSERR`).
    case notEnoughMemory = 71
    /// Reading, writing or the network failed (`EX_IOERR`).
    case inputOutput = 74
    /// Stopped by SIGHUP, as the end of a terminal or a connection sends it; what was done is kept.
    case hungUp = 129
    /// Stopped by SIGINT, as Ctrl-C sends it; what was done is kept.
    case interrupted = 130
    /// Stopped by SIGUSR1, as job scripts have clusters send it; what was done is kept.
    case firstUserSignal = 138
    /// Stopped by SIGUSR2, likewise; what was done is kept.
    case secondUserSignal = 140
    /// Stopped by SIGTERM, as the system and a cluster send it; what was done is kept.
    case terminated = 143
    /// Stopped by SIGXCPU, as a limit of processor time sends it; what was done is kept.
    case processorTimeUsedUp = 152

    /// Whether the process was asked to stop: the statuses that shells give to signals.
    public var isStop: Bool { rawValue > 128 }
  }

  public var kind: Kind
  /// A path, `path:line:column`, an option or an address; empty when there is no such place.
  public var place: String
  /// What is wrong, as one sentence without a full stop.
  public var cause: String
  /// What to do about it; empty when the cause says it.
  public var hint: String

  public init(_ kind: Kind, at place: String = "", _ cause: String, hint: String = "") {
    self.kind = kind
    self.place = place
    self.cause = cause
    self.hint = hint
  }

  /// The status with which the process ends when this problem ends it.
  public var exitStatus: Int32 { kind.rawValue }
}

extension Problem {
  /// The same problem with `hint`, unless it has one already.
  public func hinting(_ hint: String) -> Problem {
    Problem(kind, at: place, cause, hint: self.hint.isEmpty ? hint : self.hint)
  }
}

extension Problem: CustomStringConvertible {
  /// `place: cause (hint)`, on one line.
  public var description: String {
    let located = place.isEmpty ? cause : "\(place): \(cause)"
    return hint.isEmpty ? located : "\(located) (\(hint))"
  }
}
