import Datasets
import Diagnostics
import Settings
import Specs

extension Run {
  /// The images that train and test in this run.
  ///
  /// - Parameters:
  ///   - dataset: the run's data set.
  ///   - spec: the path of the spec, which a message names.
  /// - Throws: `Problem` when the data set cannot be divided so, or the detector cannot be trained on what it is
  ///   given.
  func split(_ dataset: Dataset, spec: String) throws(Problem) -> Split {
    let split = try Split.make(dataset, evaluation.split, classes: labels(in: dataset), seed: seed)
      .holdingOut(validationShare: evaluation.validationFraction, seed: seed, title: dataset.title)
      .samplingTest(evaluation.testSamples, seed: seed, at: spec)
    let smallest = detector.record.smallestTrainingSet
    guard smallest.count <= split.train.count else {
      let given = "\(dataset.title) has \(split.train.count) training normals \(classRole.condition(heldOut))"
      guard !smallest.field.isEmpty else {
        throw Problem(.usage, at: spec, "\(given), but \(detector.name) needs \(smallest.count)")
      }
      throw Problem(
        .usage, at: spec, "detector.\(smallest.field) is \(smallest.count), but \(given)",
        hint:
          "it must not exceed the training set: give a smaller one with --set detector.\(smallest.field)=…")
    }
    return split
  }

  /// Labels of what is held out, or normal; in an image folder, of every kind of anomaly.
  private func labels(in dataset: Dataset) -> [Int] {
    dataset.anomalyClasses.isEmpty
      ? dataset.classNames.indices.filter { dataset.classNames[$0] == heldOut } : dataset.anomalyClasses
  }
}
