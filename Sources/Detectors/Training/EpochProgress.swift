import Diagnostics

/// How far training has come within an epoch, and what it has accumulated.
struct EpochProgress: Equatable {
  /// From 1; 0 between two epochs.
  var epoch = 0
  var steps = 0
  /// The loss terms summed over the steps.
  var sums = SIMD8<Double>()
  /// How many times a network was reinitialized.
  var reinitializations = 0
}

/// The checkpoint's form.
extension EpochProgress {
  var counts: [String: Int] { ["epoch": epoch, "epoch.steps": steps, "epoch.redraws": reinitializations] }

  /// The sums under the names of the loss terms.
  func sums(named names: [String]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, sums[$0]) })
  }

  /// - Throws: `Problem` when a count or sum is missing, or a count is negative.
  init(_ state: DetectorState, lossNames: [String]) throws(Problem) {
    epoch = try state.count("epoch")
    steps = try state.count("epoch.steps")
    reinitializations = try state.count("epoch.redraws")
    for (index, name) in lossNames.enumerated() {
      guard let sum = state.sums[name] else {
        throw Problem(.badData, at: name, "the sum of this loss is missing")
      }
      sums[index] = sum
    }
  }
}

extension DetectorState {
  /// - Throws: `Problem` when the count is missing or negative.
  func count(_ name: String) throws(Problem) -> Int {
    guard let count = counts[name], count >= 0 else {
      throw Problem(.badData, at: name, "this count is missing or negative")
    }
    return count
  }
}
