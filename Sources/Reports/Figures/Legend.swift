/// The names of the series below a plot, in as many rows as they need.
struct Legend {
  struct Entry {
    var name: String
    /// Draws what precedes the name, in a 22 × 10 box centered on (x, y).
    var sample: (_ x: Double, _ y: Double) -> [Markup]
  }

  private static let rowHeight = 16.0
  private static let sampleWidth = 26.0
  private static let gap = 12.0
  /// Longer names are truncated; the full name is in the element's title.
  private static let longestName = 34

  private let rows: [[(entry: Entry, text: String)]]

  init(_ entries: [Entry], width: Double) {
    var rows: [[(Entry, String)]] = []
    var room = 0.0
    for entry in entries {
      let text = Self.shortened(entry.name)
      let needed = Self.sampleWidth + PlotFrame.textWidth(text) + Self.gap
      if rows.isEmpty || needed > room {
        rows.append([])
        room = width - 8
      }
      rows[rows.count - 1].append((entry, text))
      room -= needed
    }
    self.rows = rows
  }

  static func shortened(_ name: String) -> String {
    guard displayWidth(name) > longestName else { return name }
    var result = ""
    var width = 0
    for character in name {
      width += displayWidth(String(character))
      if width >= longestName { break }
      result.append(character)
    }
    return result + "…"
  }

  var height: Double { rows.isEmpty ? 0 : Double(rows.count) * Self.rowHeight + 6 }

  /// - Parameter y: the upper edge.
  func drawing(y: Double) -> Markup {
    var content: [Markup] = []
    for (index, row) in rows.enumerated() {
      var x = 8.0
      let middle = y + 4 + (Double(index) + 0.5) * Self.rowHeight
      for (entry, text) in row {
        let name = PlotFrame.text(text, x + Self.sampleWidth, middle + 4)
        content.append(
          .element(
            "g", [:],
            [.element("title", [:], [.text(onOneLine(entry.name))])] + entry.sample(x + 11, middle) + [name]))
        x += Self.sampleWidth + PlotFrame.textWidth(text) + Self.gap
      }
    }
    return .element("g", ["class": "legend"], content)
  }

  /// The entry of a series drawn as bars.
  static func bar(_ name: String, fill: String) -> Entry {
    Entry(name: name) { x, y in
      [
        .element(
          "rect",
          [
            "x": coordinate(x - 10), "y": coordinate(y - 5), "width": "20", "height": "10", "fill": fill,
            "stroke": SeriesStyle.ink, "stroke-width": "0.6",
          ])
      ]
    }
  }

  /// The entry of a dashed line without a series.
  static func dashes(_ name: String) -> Entry {
    Entry(name: name) { x, y in
      [
        .element(
          "line",
          [
            "x1": coordinate(x - 11), "y1": coordinate(y), "x2": coordinate(x + 11), "y2": coordinate(y),
            "stroke": SeriesStyle.ink, "stroke-dasharray": "4 3",
          ])
      ]
    }
  }

  /// The entry of a series drawn as a line, with its marker.
  static func line(_ name: String, _ style: SeriesStyle, hasMarker: Bool = true) -> Entry {
    Entry(name: name) { x, y in
      var content: [Markup] = [
        .element(
          "line",
          [
            "x1": coordinate(x - 11), "y1": coordinate(y), "x2": coordinate(x + 11), "y2": coordinate(y),
            "stroke": style.color, "stroke-width": "1.8", "stroke-dasharray": style.dashes,
          ])
      ]
      if hasMarker {
        content.append(.element("path", ["d": style.marker.path(x, y), "fill": style.color]))
      }
      return content
    }
  }
}
