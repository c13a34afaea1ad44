import Foundation
import Settings

/// How sure a published value is.
public enum Certainty: String, SettingChoice, Codable {
  case stated = "P"
  case readInCode = "C"
  case transcribed = "T"
  case uncertain = "U"

  public var words: String {
    switch self {
    case .stated: "stated in the paper"
    case .readInCode: "read in the code"
    case .transcribed: "transcribed by a third party"
    case .uncertain: "uncertain"
    }
  }

  /// How far the true value may lie from one that is given with three decimals; nil where nothing can be said.
  public var tolerance: Double? {
    switch self {
    case .stated, .readInCode: 0.0005
    case .transcribed: 0.02
    case .uncertain: nil
    }
  }
}

/// The measures that are published.
public enum PublishedMetric: String, SettingChoice, Codable {
  case auroc
  case averagePrecision = "average_precision"

  /// As it is shown.
  public var title: String { self == .auroc ? "AUROC" : "AUPRC" }
}

/// Which side of the test set one class is.
public enum PublishedProtocol: String, SettingChoice, Codable {
  /// One class plays the anomaly, all others are normal.
  case oneClassAnomalous = "one-class-anomalous"
  /// One class is normal, all others are anomalous.
  case oneClassNormal = "one-class-normal"
}

/// A value of others.
public struct PublishedValue: Sendable, Equatable {
  public var value: Double
  /// As the source gives it after its ±; nil where it gives none.
  public var spread: Double?
  public var certainty: Certainty
  /// How many decimals the source gives.
  public var decimals = usualDecimals

  public static let usualDecimals = 3

  public init(
    _ value: Double, spread: Double? = nil, certainty: Certainty, decimals: Int = usualDecimals
  ) {
    self.value = value
    self.spread = spread
    self.certainty = certainty
    self.decimals = decimals
  }

  /// How far the true value may lie from this one: by its certainty, and at least by its rounding. Nil where nothing
  /// can be said.
  public var tolerance: Double? {
    certainty.tolerance.map { max($0, 0.5 * pow(10, -Double(decimals))) }
  }
}

/// What others have published of one method.
public struct PublishedRow: Sendable, Equatable {
  public var method: String
  /// The detector of ours that is put beside it; empty for none.
  public var detector: String
  /// The measure that the values probably are of, where that is another than the one claimed.
  public var suspectedMetric: PublishedMetric?
  public var notes: String
  /// By class; nil where nothing is published.
  public var values: [PublishedValue?]
}

/// Values of one source, on one data set, of one measure. Data: nothing of it is ever computed here.
public struct PublishedTable: Sendable, Equatable {
  /// The word for the mean over all classes of the data set among `classes`.
  public static let mean = "mean"

  /// A data set's name, or an image folder's.
  public var dataset: String
  public var metric: PublishedMetric
  public var evaluation: PublishedProtocol
  public var source: String
  public var notes: String
  /// The classes that play the anomaly, or that are normal alone; `mean` for the mean over all.
  public var classes: [String]
  public var rows: [PublishedRow]
  /// `path:line:column` of the table.
  public var place: String

  /// The value of a row for a class; nil where there is none.
  public func value(_ row: PublishedRow, class name: String) -> PublishedValue? {
    classes.firstIndex(of: name).flatMap { row.values[$0] }
  }
}
