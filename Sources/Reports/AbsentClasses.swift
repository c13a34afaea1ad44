import Results
import Specs

/// The classes of a data set that a table does not show, and those that it shows with values missing.
///
/// Values missing because their run failed do not count: their cells say so.
struct AbsentClasses: Equatable {
  /// Classes that are not in the experiment, in the data set's order.
  var notShown: [String] = []
  /// Classes with missing values, such as `truck`, or `truck (2 of 3)` if 2 of its 3 values are missing.
  var notComputed: [String] = []

  init(_ summary: Summary) {
    let shown = Set(summary.heldOut)
    let all = Experiment.datasetName(ofResolved: summary.resolvedSpec)?.classNames ?? []
    notShown = all.filter { !shown.contains($0) }

    let failed = Set(
      summary.failures.compactMap { AUCTable.Failure($0, in: summary) }.flatMap { failure in
        failure.heldOut.map {
          AUCTable.Cell(detector: failure.detector, heldOut: $0, seed: failure.seed)
        }
      })
    let values = summary.cells(Measures.all[0].name)
    let count = summary.detectors.count * summary.seeds.count
    for (heldOut, name) in summary.heldOut.enumerated() {
      let absent = values.indices.reduce(0) { sum, detector in
        sum
          + summary.seeds.indices.count { seed in
            values[detector][heldOut][seed] == nil
              && !(summary.testsNormalsOnly && summary.hasRun(detector, heldOut, seed))
              && !failed.contains(AUCTable.Cell(detector: detector, heldOut: heldOut, seed: seed))
          }
      }
      guard absent > 0 else { continue }
      notComputed.append(absent == count ? name : "\(name) (\(absent) of \(count))")
    }
  }

  /// One line, such as `Not shown: 6, 7. Not computed yet: 3.`; nil if nothing is absent.
  var note: String? {
    let parts = [("Not shown", notShown), ("Not computed yet", notComputed)].filter { !$0.1.isEmpty }
    guard !parts.isEmpty else { return nil }
    return parts.map { "\($0.0): \($0.1.joined(separator: ", "))." }.joined(separator: " ")
  }
}
