import HDF5
import Settings
import Specs

extension Summary {
  /// How the data of the table's runs differ from the published ones of their name; nil where they do not, where
  /// nothing is published of the name, and where there is no run to ask.
  ///
  /// - Parameter root: of the summary's file.
  func deviation(ofDataBehind root: HDF5Group) throws(HDF5Error) -> String? {
    // All runs of a table are of one data set: its fingerprint is in their ids.
    guard let run = runs?.joined().joined().first(where: { !$0.isEmpty }), try root.exists("runs/\(run)"),
      // A spec that cannot be read any more names no data set.
      let dataset = (try? Experiment.parse(text: resolvedSpec, path: "spec"))?.dataset,
      PublishedData.of(dataset.name) != nil
    else { return nil }
    let fingerprint = try root.openGroup("runs/\(run)").attributes.readString("data_fingerprint")
    return PublishedData.deviation(of: dataset.name, side: dataset.side, fingerprint: fingerprint)
  }
}
