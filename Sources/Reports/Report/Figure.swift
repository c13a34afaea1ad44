/// A finished drawing.
public struct Figure: Sendable, Equatable {
  /// Of its file, without an ending: letters, digits and hyphens.
  public let name: String
  public let title: String
  /// An SVG document.
  public let svg: String

  init(name: String, title: String, _ drawing: Markup) {
    self.name = name
    self.title = title
    svg = drawing.rendered
  }
}

/// Gives figures names of which no two are alike, whatever the classes are called.
struct FigureNames {
  private var counts: [String: Int] = [:]

  /// As in `histogram-03-ganomaly-cat`: what it is, a number, and what can be kept of the words.
  mutating func next(_ kind: String, _ words: String...) -> String {
    counts[kind, default: 0] += 1
    let number = counts[kind] ?? 0
    let parts = words.map(Self.slug).filter { !$0.isEmpty }
    return ([kind, number < 10 ? "0\(number)" : "\(number)"] + parts).joined(separator: "-")
  }

  private static func slug(_ text: String) -> String {
    let kept = text.lowercased().unicodeScalars.map { scalar in
      ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
    }
    return String(kept).split(separator: "-").joined(separator: "-").prefix(40).description
  }
}

/// A part of a report.
struct ReportSection {
  var title: String
  /// Paragraphs above everything else.
  var text: [String] = []
  var tables: [ReportTable] = []
  var figures: [Figure] = []
  /// Whether more of its figures stand beside each other.
  var isOfSmallFigures = false
  /// Texts that are shown as they stand, with headings.
  var listings: [(title: String, text: String)] = []
}

/// A grid with its caption, and what is to be known below it.
struct ReportTable {
  var caption: String
  var grid: Grid
  var notes: [String] = []
}
