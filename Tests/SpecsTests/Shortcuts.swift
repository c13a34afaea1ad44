@testable import Specs

extension Run {
  /// The text that is hashed for the training's id.
  func identityText(dataFingerprint: String) -> String {
    RunIdentity(self, dataFingerprint: dataFingerprint, numerics: numericsVersion)
      .text(heldOut: heldOut, seed: seed)
  }

  /// The values that give two runs on the same data and program different ids, in spec order.
  func differences(from other: Run) -> [RunDifference] {
    RunValues(self).differences(from: RunValues(other))
  }
}

extension Experiment {
  /// The resolved form as JSON, by the writer of the schema.
  var resolvedJSON: String { JSON.object(resolved).pretty() }
}
