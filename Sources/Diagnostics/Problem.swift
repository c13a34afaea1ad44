/// A problem that a user can cause and has to know about: where it is, what is wrong, and what to do.
///
/// Every module throws this type for problems with external input (specs, data files, folders, networks). Programming
/// errors are precondition failures instead.
public struct Problem: Error, Equatable, Codable, Sendable {
  /// The kind of problem, which determines the exit status.
  public enum Kind: Int32, Codable, Sendable {
    /// A run failed; the others are kept.
    case runFailed = 1
    /// The command line or a spec is wrong (`EX_USAGE`).
    case usage = 64
    /// Data is malformed or has wrong content (`EX_DATAERR`).
    case badData = 65
    /// A required file or folder is missing (`EX_NOINPUT`).
    case missingInput = 66
    /// There is not enough memory (`EX_OSERR`).
    case notEnoughMemory = 71
    /// Reading, writing or the network failed (`EX_IOERR`).
    case inputOutput = 74
    /// Stopped by SIGHUP, sent when a terminal or connection closes; finished work is kept.
    case hungUp = 129
    /// Stopped by SIGINT, sent by Ctrl-C; finished work is kept.
    case interrupted = 130
    /// Stopped by SIGUSR1, which job scripts can request from clusters; finished work is kept.
    case firstUserSignal = 138
    /// Stopped by SIGUSR2, likewise; finished work is kept.
    case secondUserSignal = 140
    /// Stopped by SIGTERM, sent by the system and by clusters; finished work is kept.
    case terminated = 143
    /// Stopped by SIGXCPU, sent when a CPU time limit is reached; finished work is kept.
    case processorTimeUsedUp = 152

    /// Whether the process was asked to stop: a status that shells use for signals.
    public var isStop: Bool { rawValue > 128 }
  }

  /// The kind of problem.
  public var kind: Kind
  /// A path, `path:line:column`, an option or an address; empty if there is no such place.
  public var place: String
  /// What is wrong, as one sentence without a period.
  public var cause: String
  /// What to do about it; empty if the cause already says so.
  public var hint: String

  /// - Parameters:
  ///   - place: empty if there is no place to name.
  ///   - hint: empty if the cause says what to do.
  public init(_ kind: Kind, at place: String = "", _ cause: String, hint: String = "") {
    self.kind = kind
    self.place = place
    self.cause = cause
    self.hint = hint
  }

  /// The process's exit status when this problem ends it.
  public var exitStatus: Int32 { kind.rawValue }
}

extension Problem {
  /// The same problem with `hint`, unless it already has one.
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
