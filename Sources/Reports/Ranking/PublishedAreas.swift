import Diagnostics
import Specs

/// Published AUROC of one method on one data set.
public struct PublishedAreas: Sendable, Equatable {
  /// The published AUROC of one class.
  public struct Value: Sendable, Equatable {
    /// Name of the class.
    public var heldOut: String
    /// AUROC, from 0 to 1.
    public var area: Double
  }

  /// Title of the data set.
  public let dataset: String
  /// The method, as published.
  public let method: String
  /// The kind of our detector that it is compared with; empty for any.
  let detector: String
  /// Where the values were published.
  public let source: String
  /// Notes on the values, and how certain they are.
  public let notes: [String]
  /// By class, in the published order.
  public let values: [Value]

  /// The first published row that fits.
  ///
  /// - Parameters:
  ///   - method: as published; nil for the first row of a detector among `detectors`.
  ///   - detectors: the kinds of detector available.
  /// - Returns: nil if no row fits: it must give AUROC by class and not be suspected of being another measure.
  init?(
    in tables: [PublishedTable], method: String?, detectors: Set<String>, dataset: String,
    protocol evaluation: PublishedProtocol
  ) {
    for table in tables
    where table.dataset == dataset && table.metric == .auroc && table.evaluation == evaluation {
      for row in table.rows where row.suspectedMetric == nil {
        guard row.detector.isEmpty || detectors.contains(row.detector), method ?? row.method == row.method,
          !(method == nil && row.detector.isEmpty)
        else { continue }
        let values = table.classes.compactMap { name -> Value? in
          guard name != PublishedTable.mean, let value = table.value(row, class: name) else { return nil }
          return Value(heldOut: name, area: value.value)
        }
        guard !values.isEmpty else { continue }
        self.dataset = dataset
        self.method = row.method
        detector = row.detector
        source = table.source
        var certainties: [Certainty] = []
        for value in row.values.compactMap({ $0?.certainty }) where !certainties.contains(value) {
          certainties.append(value)
        }
        notes =
          certainties.map { "\($0.rawValue): \($0.words)" }
          + [table.notes, row.notes].filter { !$0.isEmpty }
        self.values = values
        return
      }
    }
    return nil
  }

  /// The values of these classes, which must all be published, in the published order.
  func areas(of classes: [String]) -> [Double] {
    values.filter { classes.contains($0.heldOut) }.map(\.area)
  }

  /// The published classes that are not among these.
  func missing(from classes: [String]) -> [String] {
    values.map(\.heldOut).filter { !classes.contains($0) }
  }
}
