/// Training failed; this is recorded as the run's result.
public struct TrainingFailure: Error, Equatable, Sendable {
  /// The ways in which training can fail.
  public enum Kind: Sendable, Equatable {
    /// A loss or score is no longer finite, or a loss is absurdly large.
    case diverged
    /// The discriminator was reinitialized more often than the settings allow, or every test image has the same score.
    case collapsed
  }

  /// How training failed.
  public var kind: Kind
  /// What happened, as one sentence without a period.
  public var cause: String
  /// What might help.
  public var hint: String

  /// - Parameters:
  ///   - cause: what happened, as one sentence without a period.
  ///   - hint: what might help.
  public init(_ kind: Kind, _ cause: String, hint: String) {
    self.kind = kind
    self.cause = cause
    self.hint = hint
  }
}
