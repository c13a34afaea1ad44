import Datasets
import Settings
import Specs

/// Makes sure that runs fit the data, once for all runs whose splits are of the same sizes: how many images train
/// does not depend on the seed, nor on most of the settings.
struct SplitCheck {
  private struct Sizes: Hashable {
    var split: SplitKind
    var validationFraction: Double
    var heldOut: String
    var batchSize: Int
  }

  private let dataset: Dataset
  private let spec: String
  private var known: Set<Sizes> = []

  init(_ dataset: Dataset, spec: String) {
    self.dataset = dataset
    self.spec = spec
  }

  /// - Throws: `Problem` as `Run.split` does.
  mutating func check(_ run: Run) throws {
    let batchSize =
      switch run.detector {
      case .ganomaly(let settings): settings.batchSize
      }
    let sizes = Sizes(
      split: run.evaluation.split, validationFraction: run.evaluation.validationFraction,
      heldOut: run.heldOut, batchSize: batchSize)
    if known.insert(sizes).inserted { _ = try run.split(dataset, spec: spec) }
  }
}
