import Foundation

/// The result of a run that failed.
public struct RunFailure: Error, Codable, Equatable, Sendable {
  /// Why a run fails.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A loss or a score was not finite, or a loss was too large for single precision to follow.
    case diverged
    /// The discriminator was reinitialized more often than the settings allow, or every test image has the same score.
    case collapsed
    /// Something could not be done, such as reading an image.
    case error
    /// Out of memory: the process could not allocate what it needed, or the system killed it.
    case outOfMemory = "out-of-memory"
    /// The process was killed by a signal.
    case killed
  }

  /// Which kind of failure it was.
  public var kind: Kind
  /// What happened, as one sentence without a period.
  public var cause: String
  /// What may help; empty if the cause says it.
  public var hint: String
  /// The last epoch (from 1) that was trained and evaluated; 0 for none.
  public var lastGoodEpoch: Int
  /// The commit of the program that tried it, such as `0123456789ab`.
  public var commit: String
  /// When, in ISO 8601 with milliseconds.
  public var time: String

  public init(
    kind: Kind, cause: String, hint: String = "", lastGoodEpoch: Int, commit: String, time: String
  ) {
    self.kind = kind
    self.cause = cause
    self.hint = hint
    self.lastGoodEpoch = lastGoodEpoch
    self.commit = commit
    self.time = time
  }

  enum CodingKeys: String, CodingKey {
    case kind, cause, hint, commit, time
    case lastGoodEpoch = "last_good_epoch"
  }

  private static let timeStyle = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// A moment in the format of `time`.
  public static func time(_ moment: Date = .now) -> String { moment.formatted(timeStyle) }

  /// When it failed; nil if `time` cannot be parsed.
  public var moment: Date? { try? Date(time, strategy: Self.timeStyle) }

  /// What happened and how far the run got, as in `training diverged: …; last good epoch: 2`.
  public var summary: String {
    "\(cause); last good epoch: \(lastGoodEpoch > 0 ? String(lastGoodEpoch) : "none")"
  }
}
