import Foundation

/// A run's result, where it is that the run failed.
public struct RunFailure: Error, Codable, Equatable, Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A loss or a score was no finite number, or a loss beyond all reason.
    case diverged
    /// The discriminator was drawn anew more often than the settings allow, or every test image has the same score.
    case collapsed
    /// Something could not be done, such as reading an image.
    case error
    /// There was not enough memory: the process could not have what it wanted, or the system ended it.
    case outOfMemory = "out-of-memory"
    /// The process was ended by a signal.
    case killed
  }

  public var kind: Kind
  /// What happened, as one sentence without a full stop.
  public var cause: String
  /// What may help; empty when the cause says it.
  public var hint: String
  /// The last epoch (from 1) that was trained and read; 0 for none.
  public var lastGoodEpoch: Int
  /// The sources of the program that tried it, such as `0123456789ab`.
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

  /// As `time` has it.
  public static func time(_ moment: Date = .now) -> String { moment.formatted(timeStyle) }

  /// When; nil where `time` does not say it.
  public var moment: Date? { try? Date(time, strategy: Self.timeStyle) }

  /// What happened and how far the run had come, as in `training diverged: …; last good epoch: 2`.
  public var summary: String {
    "\(cause); last good epoch: \(lastGoodEpoch > 0 ? String(lastGoodEpoch) : "none")"
  }
}
