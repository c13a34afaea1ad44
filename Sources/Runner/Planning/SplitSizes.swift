import Datasets
import Settings
import Specs

/// The sizes of training and test sets, computed once for all runs that share them: they do not depend on the seed or
/// most settings.
struct SplitSizes {
  private struct Key: Hashable {
    var split: SplitKind
    var validationFraction: Double
    var testSamples: Int
    var heldOut: String
    var smallestTrainingSet: Int
  }

  private let dataset: Dataset
  private let spec: String
  private var known: [Key: (train: Int, test: Int)] = [:]

  /// - Parameter spec: the path of the spec, for error messages.
  init(_ dataset: Dataset, spec: String) {
    self.dataset = dataset
    self.spec = spec
  }

  /// - Throws: `Problem`, like `Run.split`, if the run does not fit the data.
  mutating func callAsFunction(_ run: Run) throws -> (train: Int, test: Int) {
    let key = Key(
      split: run.evaluation.split, validationFraction: run.evaluation.validationFraction,
      testSamples: run.evaluation.testSamples, heldOut: run.heldOut,
      smallestTrainingSet: run.detector.record.smallestTrainingSet.count)
    if let sizes = known[key] { return sizes }
    let split = try run.split(dataset, spec: spec)
    let sizes = (split.train.count, split.test.count)
    known[key] = sizes
    return sizes
  }
}
