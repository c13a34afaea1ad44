import HDF5
import Settings
import Specs

extension Summary {
  /// How the data of the table's runs differ from the published data of that name; nil if they do not, if nothing is
  /// published under the name, or if there is no run to check.
  ///
  /// - Parameter root: the root of the summary file.
  func deviation(ofDataBehind root: HDF5Group) throws(HDF5Error) -> String? {
    // All runs of a table share one data set: its fingerprint is part of their ids.
    guard let run = runs?.joined().joined().first(where: { !$0.isEmpty }), try root.exists("runs/\(run)"),
      // A spec that is no longer readable names no data set.
      let dataset = (try? Experiment.parse(text: resolvedSpec, path: "spec"))?.dataset,
      PublishedData.of(dataset.name) != nil
    else { return nil }
    let fingerprint = try root.openGroup("runs/\(run)").attributes.readString("data_fingerprint")
    return PublishedData.deviation(of: dataset.name, side: dataset.side, fingerprint: fingerprint)
  }
}
