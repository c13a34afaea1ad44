import Results

/// A table in all the formats that it can be had in; each ends with a line end.
public protocol RenderedTable {
  /// For a terminal of `width` columns.
  ///
  /// - Parameter bold: whether the best values, besides being marked, are bold by the escape codes of terminals.
  func text(width: Int, bold: Bool) -> String
  var markdown: String { get }
  var csv: String { get }
  var json: String { get }
  var latex: String { get }
}

extension RenderedTable {
  public func text(width: Int = 80) -> String { text(width: width, bold: false) }
}

extension AUCTable: RenderedTable {}

extension Summary {
  /// The table of one measure: of a sweep its configurations, otherwise the classes of each detector.
  ///
  /// - Parameter measure: a name among `Measures.all`.
  public func table(measure: String = Measures.all[0].name) -> any RenderedTable {
    SweepTable(self, measure: measure) ?? AUCTable(self, measure: measure)
  }
}
