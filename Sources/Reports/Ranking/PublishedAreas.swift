import Diagnostics
import Specs

/// Published AUROC of one method on one data set.
public struct PublishedAreas: Sendable, Equatable {
  public struct Value: Sendable, Equatable {
    public var heldOut: String
    public var area: Double
  }

  public let dataset: String
  public let method: String
  /// The detector of ours that is put beside it; empty for any.
  let detector: String
  public let source: String
  /// What is to be known of the values, and how sure they are.
  public let notes: [String]
  /// By class, in the published order.
  public let values: [Value]

  /// The first published row that fits.
  ///
  /// - Parameters:
  ///   - method: as it is published; nil for the first one of a detector among `detectors`.
  ///   - detectors: the kinds of detector that there are.
  /// - Returns: nil where nothing fits: a row of AUROC by class, which is not suspected of being another measure.
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

  /// The values of these classes, all of which are published.
  func areas(of classes: [String]) -> [Double] {
    values.filter { classes.contains($0.heldOut) }.map(\.area)
  }

  /// The published classes that are not among these.
  func missing(from classes: [String]) -> [String] {
    values.map(\.heldOut).filter { !classes.contains($0) }
  }
}
