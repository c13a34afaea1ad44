/// Training has come to nothing: the run's result is that it failed.
public struct TrainingFailure: Error, Equatable, Sendable {
  public enum Kind: Sendable, Equatable {
    /// A loss or a score is no longer a finite number, or a loss is beyond all reason.
    case diverged
    /// The discriminator was reinitialized more often than the settings allow, or every test image has the same score.
    case collapsed
  }

  public var kind: Kind
  /// What happened, as one sentence without a full stop.
  public var cause: String
  /// What may help.
  public var hint: String

  public init(_ kind: Kind, _ cause: String, hint: String) {
    self.kind = kind
    self.cause = cause
    self.hint = hint
  }
}
