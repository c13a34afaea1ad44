/// A number that an engine has been asked for. The processor knows it at once; a device computes it in its own time,
/// and `Engine.value(of:)` waits for it.
public enum Measured: Sendable {
  case known(Double)
  case pending(PendingMeasure)
}

/// Where an engine finds the parts of a number that its device computes, and how it makes the number of them.
public struct PendingMeasure: Sendable {
  /// What the parts are.
  package enum Kind: Sendable {
    /// Partial sums, each in two floats, and what their total is divided by.
    case mean(divisor: Double)
    /// Predictions, one per image, as probabilities or log odds.
    case crossEntropy(isLogits: Bool, target: Double)
  }

  package let kind: Kind
  /// The parts' position in the engine's memory for measures, and their number, in floats.
  package let floats: Range<Int>
  /// Numbers the uses of that memory.
  package let generation: Int

  package init(_ kind: Kind, floats: Range<Int>, generation: Int) {
    self.kind = kind
    self.floats = floats
    self.generation = generation
  }
}
