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
    let split = try Split.make(
      dataset, evaluation.split, classes: labels(in: dataset, spec: spec), seed: seed
    )
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

  /// Labels of the held-out or normal classes; in an image folder of anomaly kinds, of every kind.
  private func labels(in dataset: Dataset, spec: String) throws(Problem) -> [Int] {
    guard dataset.anomalyClasses.isEmpty else { return dataset.anomalyClasses }
    if dataset.hasSingleClass { return [] }
    var labels: [Int] = []
    for name in ClassGroup.members(of: heldOut) {
      guard let label = dataset.classNames.firstIndex(of: name) else {
        throw Problem(
          .usage, at: spec,
          "'\(name)' is not a class of \(dataset.title), whose classes are \(dataset.classNames.joined(separator: ", "))",
          hint: "write `\(classRole.key): [\(dataset.classNames[0])]`, for example")
      }
      labels.append(label)
    }
    return labels
  }
}
