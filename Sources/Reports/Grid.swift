/// A table laid out as strings, for human-readable renderings.
struct Grid: Equatable {
  struct Cell: Equatable {
    var text: String
    /// Whether a `*` follows that a note explains, such as a mean over fewer seeds than the table has.
    var isMarked = false
    /// Whether it is the best of several detectors' values: bold where the format has bold, else marked.
    var isBest = false

    init(_ text: String, isMarked: Bool = false, isBest: Bool = false) {
      self.text = text
      self.isMarked = isMarked
      self.isBest = isBest
    }

    /// What follows the text in formats without bold.
    var mark: String { isMarked ? "*" : isBest ? bestMark : "" }

    /// The text followed by its mark.
    var markedText: String { text + mark }

    /// The text for formats with bold, which replaces the mark of the best but not `*`.
    var textForBold: String { isMarked ? text + "*" : text }
  }

  /// The detector, if the grid shows only one.
  var detector: String?
  /// How many leading columns name the rows; they are flush left, the others flush right.
  var nameColumns = 1
  var header: [String]
  var rows: [[Cell]]
  /// Whether the last row summarizes those above it.
  var lastRowIsSummary = false
}

extension Grid.Cell {
  /// A value, or the sign for a missing or failed one.
  init(_ value: Double?, isFailed: Bool = false, isBest: Bool = false) {
    self.init(value.map(threeDecimals) ?? (isFailed ? failed : missing), isBest: isBest)
  }

  /// A mean over seeds.
  init(mean summary: SeedSummary, isFailed: Bool = false, isBest: Bool = false) {
    self.init(summary.mean, isFailed: isFailed, isBest: isBest)
    isMarked = summary.count > 0 && !summary.isComplete
  }

  /// A mean and a standard deviation over seeds, as in `.881 ± .012`.
  init(meanAndDeviation summary: SeedSummary, isFailed: Bool = false, isBest: Bool = false) {
    self.init(mean: summary, isFailed: isFailed, isBest: isBest)
    if summary.mean != nil { text += " ± " + (summary.standardDeviation.map(threeDecimals) ?? missing) }
  }
}

/// Marks the best of several detectors on a terminal.
let bestMark = "•"

/// Stands for a missing value.
let missing = "—"

/// Stands for the value of a failed run.
let failed = "×"

/// Like `threeDecimals`, with a plus sign if the value prints as positive: `+.012`, `-.003`, `.000`.
func signedThreeDecimals(_ value: Double) -> String {
  let text = threeDecimals(value)
  return value > 0 && text != ".000" ? "+" + text : text
}

/// Three decimals without the leading zero, as the paper prints an area: `.881`, `1.000`.
public func threeDecimals(_ value: Double) -> String {
  let thousandths = Int((abs(value) * 1000).rounded(.toNearestOrEven))
  let decimals = String(thousandths % 1000)
  let whole = thousandths / 1000 == 0 ? "" : String(thousandths / 1000)
  let sign = value < 0 && thousandths > 0 ? "-" : ""
  return sign + whole + "." + String(repeating: "0", count: 3 - decimals.count) + decimals
}
