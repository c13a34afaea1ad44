/// A table laid out as strings, for the renderings that people read.
struct Grid: Equatable {
  struct Cell: Equatable {
    var text: String
    /// Whether a mark follows that a note explains: the value is a mean over fewer seeds than the table has.
    var isMarked = false
    /// Whether it is the best of several detectors' values: bold where there is such a thing, else marked.
    var isBest = false

    init(_ text: String, isMarked: Bool = false, isBest: Bool = false) {
      self.text = text
      self.isMarked = isMarked
      self.isBest = isBest
    }

    /// What follows the text where nothing is bold.
    var mark: String { isMarked ? "*" : isBest ? bestMark : "" }

    /// The text with the mark in place.
    var markedText: String { text + mark }

    /// The text with the mark that bold cannot stand for.
    var textForBold: String { isMarked ? text + "*" : text }
  }

  /// Which detector the grid is of, where it is of one only.
  var detector: String?
  /// Columns, from the first, that name the rows: they are set to the left, all else to the right.
  var nameColumns = 1
  var header: [String]
  var rows: [[Cell]]
  /// Whether the last row sums up those above it.
  var lastRowIsSummary = false
}

extension Grid.Cell {
  /// A value, or what stands for none.
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

/// What marks the best of several detectors on a terminal.
let bestMark = "•"

/// What stands for a value that is not there.
let missing = "—"

/// What stands for the value of a run that failed.
let failed = "×"

/// As `threeDecimals`, with a plus where the value is above 0 as it is shown: `+.012`, `-.003`, `.000`.
func signedThreeDecimals(_ value: Double) -> String {
  let text = threeDecimals(value)
  return value > 0 && text != ".000" ? "+" + text : text
}

/// Three decimals without the leading zero, as the paper prints an area: `.881`, `1.000`.
func threeDecimals(_ value: Double) -> String {
  let thousandths = Int((abs(value) * 1000).rounded(.toNearestOrEven))
  let decimals = String(thousandths % 1000)
  let whole = thousandths / 1000 == 0 ? "" : String(thousandths / 1000)
  let sign = value < 0 && thousandths > 0 ? "-" : ""
  return sign + whole + "." + String(repeating: "0", count: 3 - decimals.count) + decimals
}
