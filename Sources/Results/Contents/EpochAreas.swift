import HDF5

extension SummaryContents {
  /// AUROC of every reading of a run after each epoch, on the sample of the test set that epochs are evaluated on; NaN
  /// for an epoch that was not evaluated.
  ///
  /// - Returns: by the reading's name, such as `squared-l2, running`.
  /// - Throws: `Problem` where the summary is damaged.
  public func areasByEpoch(of run: SummaryRun) throws -> [String: [Double]] {
    try reading {
      let history = try root.openGroup("runs/\(run.identifier)/history")
      let names = try history.openDataset("reading").readStrings().values
      let epochs = try history.openDataset("epoch").shape().reduce(1, *)
      let areas = try history.openDataset("auroc").read(Double.self, shape: [names.count, epochs])
      return Dictionary(
        names.enumerated().map { index, name in
          (name, Array(areas[index * epochs..<(index + 1) * epochs]))
        }, uniquingKeysWith: { first, _ in first })
    }
  }
}
