import Diagnostics
import Randomness
import Settings

extension Split {
  /// The same split with a random sample of its test images.
  ///
  /// Normal and anomalous images keep the proportion of the whole test set, with at least one of each. The sample
  /// depends only on the seed and the split, and a smaller sample is a subset of a larger one, so detectors tested on
  /// different numbers of images share the smaller sample.
  ///
  /// - Parameters:
  ///   - count: the size of the sample; 0 for all.
  ///   - seed: the seed of the sample.
  ///   - place: the place that error messages name.
  /// - Throws: `Problem` when the test set has fewer images, or `count` is too small for one of each kind.
  public func samplingTest(_ count: Int, seed: Int, at place: String) throws(Problem) -> Split {
    guard count > 0 else { return self }
    let field = "protocol.\(ProtocolSettings.testSamplesKey)"
    guard count >= 2 else {
      throw Problem(
        .usage, at: place, "\(field) is \(count), but a test needs a normal and an anomalous image",
        hint: "give at least 2, or 0 for all")
    }
    guard count <= test.count else {
      throw Problem(
        .usage, at: place, "\(field) is \(count), but the test set has \(test.count) images",
        hint: "0 takes all of them")
    }
    // Both counts grow with `count`, so a larger sample loses no image.
    let share = Double(testNormalCount) / Double(test.count)
    let normals =
      testAnomalyCount == 0 ? count : min(max(Int((Double(count) * share).rounded()), 1), count - 1)
    var isChosen = [Bool](repeating: false, count: test.count)
    for (isAnomalous, wanted) in [(false, normals), (true, count - normals)] {
      let kind = test.indices.filter { testIsAnomalous[$0] == isAnomalous }
      var stream = RandomStream(
        seed: UInt64(seed), name: isAnomalous ? "test samples, anomalous" : "test samples, normal")
      for position in stream.nextPermutation(of: kind.count).prefix(wanted) {
        isChosen[kind[position]] = true
      }
    }
    let chosen = test.indices.filter { isChosen[$0] }
    return Split(
      train: train, validation: validation, test: chosen.map { test[$0] },
      testClasses: chosen.map { testClasses[$0] }, testIsAnomalous: chosen.map { testIsAnomalous[$0] })
  }
}
