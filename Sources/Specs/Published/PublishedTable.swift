import Foundation
import Settings

/// How certain a published value is.
public enum Certainty: String, SettingChoice, Codable {
  case stated = "P"
  case readInCode = "C"
  case transcribed = "T"
  case uncertain = "U"

  /// The certainty in words.
  public var words: String {
    switch self {
    case .stated: "stated in the paper"
    case .readInCode: "read in the code"
    case .transcribed: "transcribed by a third party"
    case .uncertain: "uncertain"
    }
  }

  /// How far the true value may be from one given with three decimals; nil if unknown.
  public var tolerance: Double? {
    switch self {
    case .stated, .readInCode: 0.0005
    case .transcribed: 0.02
    case .uncertain: nil
    }
  }
}

/// The measures that papers publish.
public enum PublishedMetric: String, SettingChoice, Codable {
  case auroc
  case averagePrecision = "average_precision"

  /// The measure's name in tables.
  public var title: String { self == .auroc ? "AUROC" : "AUPRC" }
}

/// Which side of the test set a single class is.
public enum PublishedProtocol: String, SettingChoice, Codable {
  /// One class is the anomaly; all others are normal.
  case oneClassAnomalous = "one-class-anomalous"
  /// One class is normal, all others are anomalous.
  case oneClassNormal = "one-class-normal"
}

/// A value published by others.
public struct PublishedValue: Sendable, Equatable {
  /// The value, as a fraction of 1.
  public var value: Double
  /// The spread after the source's ±; nil if it gives none.
  public var spread: Double?
  /// How certain the value is.
  public var certainty: Certainty
  /// The number of decimals in the source.
  public var decimals = usualDecimals

  /// The default number of decimals.
  public static let usualDecimals = 3

  /// A value with its certainty and precision.
  public init(
    _ value: Double, spread: Double? = nil, certainty: Certainty, decimals: Int = usualDecimals
  ) {
    self.value = value
    self.spread = spread
    self.certainty = certainty
    self.decimals = decimals
  }

  /// How far the true value may be from this one: according to its certainty, and at least its rounding. Nil if
  /// unknown.
  public var tolerance: Double? {
    certainty.tolerance.map { max($0, 0.5 * pow(10, -Double(decimals))) }
  }
}

/// A method's values as published by others.
public struct PublishedRow: Sendable, Equatable {
  /// The method's name in the source.
  public var method: String
  /// Our detector to compare with; empty for none.
  public var detector: String
  /// The measure that the values probably are, if it is not the claimed one.
  public var suspectedMetric: PublishedMetric?
  /// Remarks on the row.
  public var notes: String
  /// One per class; nil where nothing is published.
  public var values: [PublishedValue?]
}

/// Values of one measure on one data set from one source. They are data; none is computed here.
public struct PublishedTable: Sendable, Equatable {
  /// The entry of `classes` for the mean over all classes of the data set.
  public static let mean = "mean"

  /// The name of a data set or an image folder.
  public var dataset: String
  /// The measure that the source claims.
  public var metric: PublishedMetric
  /// Whether one class is the anomaly or the normal class.
  public var evaluation: PublishedProtocol
  /// Where the values were published.
  public var source: String
  /// Remarks on the table.
  public var notes: String
  /// The classes that are the anomaly or the normal class; `mean` for the mean over all.
  public var classes: [String]
  /// One row per method.
  public var rows: [PublishedRow]
  /// `path:line:column` of the table.
  public var place: String

  /// A row's value for a class; nil if there is none.
  public func value(_ row: PublishedRow, class name: String) -> PublishedValue? {
    classes.firstIndex(of: name).flatMap { row.values[$0] }
  }
}
