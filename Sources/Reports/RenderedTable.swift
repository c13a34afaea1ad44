import Results

/// A table in every output format; each rendering ends with a newline.
public protocol RenderedTable {
  /// For a terminal of `width` columns.
  ///
  /// - Parameter bold: whether the best values, besides being marked, are bold by terminal escape codes.
  func text(width: Int, bold: Bool) -> String
  var markdown: String { get }
  var csv: String { get }
  var json: String { get }
  var latex: String { get }
}

extension AUCTable: RenderedTable {}

extension Summary {
  /// The table of one measure: of the configurations for a sweep, otherwise of the classes by detector.
  ///
  /// - Parameter measure: a name among `Measures.all`.
  public func table(measure: String = Measures.all[0].name) -> any RenderedTable {
    SweepTable(self, measure: measure) ?? AUCTable(self, measure: measure)
  }
}
