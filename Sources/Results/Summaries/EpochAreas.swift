import Specs

extension SummaryContents {
  /// AUROC of every evaluation of a run after each epoch, on the samples that epochs are evaluated on; NaN for an epoch
  /// that was not evaluated.
  ///
  /// - Returns: by label, such as `squared-l2, running`.
  /// - Throws: `Problem` if the summary is damaged.
  public func areasByEpoch(of run: SummaryRun) throws -> [String: [Double]] {
    let scores = try history(of: run).scores
    return Dictionary(scores.map { ($0.label, $0.measures.map(\.auroc)) }) { first, _ in first }
  }
}
