/// A finished drawing.
public struct Figure: Sendable, Equatable {
  /// The file name without extension: letters, digits and hyphens.
  public let name: String
  /// The title, which is also the caption in a report.
  public let title: String
  /// An SVG document.
  public let svg: String

  init(name: String, title: String, _ drawing: Markup) {
    self.name = name
    self.title = title
    svg = drawing.rendered
  }
}

/// Gives figures unique names, whatever the classes are called.
struct FigureNames {
  private var counts: [String: Int] = [:]

  /// Such as `histogram-03-ganomaly-cat`: the kind, a number, and the words reduced to letters, digits and hyphens.
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
  /// Whether its figures are small, so that more fit side by side.
  var isOfSmallFigures = false
  /// Texts shown verbatim, with headings.
  var listings: [(title: String, text: String)] = []
}

/// A grid with its caption and notes.
struct ReportTable {
  var caption: String
  var grid: Grid
  var notes: [String] = []
}
