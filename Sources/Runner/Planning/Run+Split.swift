import Datasets
import Diagnostics
import Settings
import Specs

extension Run {
  /// The training and test images of this run.
  ///
  /// - Parameters:
  ///   - dataset: the run's data set.
  ///   - spec: the path of the spec, for error messages.
  /// - Throws: `Problem` if the data set cannot be split this way, or has too few training images for the detector.
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

  /// Labels of the held-out or normal class; in an image folder, of every anomaly kind.
  private func labels(in dataset: Dataset) -> [Int] {
    dataset.anomalyClasses.isEmpty
      ? dataset.classNames.indices.filter { dataset.classNames[$0] == heldOut } : dataset.anomalyClasses
  }
}
