/// A grouped bar chart with error bars and markers for published values.
struct BarChart {
  struct Bar {
    /// nil where there is no value.
    var value: Double?
    /// Half the length of the error bar; nil for none.
    var deviation: Double?
  }

  struct Series {
    var name: String
    /// By group.
    var bars: [Bar]
  }

  /// Published values, drawn as a marker over each group's bars.
  struct Reference {
    var name: String
    /// By group.
    var values: [Double?]
  }

  var title: String
  /// Prefix of the pattern ids; unique in the page.
  var identifier: String
  var groups: [String]
  var groupsName: String
  var valueName: String
  var series: [Series]
  var references: [Reference] = []
  /// Where to draw a dashed horizontal line, such as chance level.
  var level: Double?
  var domain = 0.0...1.0

  /// The width of a paper's column; a phone is not much narrower.
  private static let width = 420.0
  private static let panelHeight = 250.0
  private static let narrowestBar = 6.5
  private static let longestGroupName = 22

  /// The groups of each panel; if one panel has no room for all bars, several are stacked.
  private var panels: [Range<Int>] {
    let room = (Self.width - 56) / Self.narrowestBar / Double(series.count + 1)
    let count = Int((Double(groups.count) / max(1, room.rounded(.down))).rounded(.up))
    let size = (groups.count + max(1, count) - 1) / max(1, count)
    return stride(from: 0, to: groups.count, by: max(1, size)).map { $0..<min($0 + size, groups.count) }
  }

  private static func shortened(_ name: String) -> String {
    displayWidth(name) <= longestGroupName ? name : String(name.prefix(longestGroupName - 1)) + "…"
  }

  var drawing: Markup {
    var content = [defined]
    var height = 0.0
    for groups in panels {
      let panel = panel(groups)
      content.append(
        height == 0
          ? panel.content : panel.content.with(["transform": "translate(0 \(coordinate(height)))"]))
      height += panel.height
    }
    let legend = Legend(legendEntries, width: Self.width)
    content.append(legend.drawing(y: height))
    return PlotFrame.drawing(title: title, width: Self.width, height: height + legend.height, content)
  }

  private func panel(_ shown: Range<Int>) -> (content: Markup, height: Double) {
    let names = groups[shown].map(Self.shortened)
    let longest = names.map(PlotFrame.textWidth).max() ?? 0
    var frame = PlotFrame(width: Self.width, height: Self.panelHeight)
    var step = (frame.plotRight - frame.left) / Double(max(1, shown.count))
    let isUpright = longest <= step - 2
    if !isUpright {
      // Slanted names need room for the longest one.
      let extra = longest * 0.64
      frame.height += extra
      frame.bottom += extra
      // The first name extends to the left.
      frame.left = max(frame.left, longest * 0.766 - step / 2 + 6)
      step = (frame.plotRight - frame.left) / Double(max(1, shown.count))
    }
    let y = frame.yScale(domain)
    var content = [frame.verticalAxis(y, name: valueName)]
    if let level {
      content.append(
        frame.line(frame.left, y(level), frame.plotRight, y(level)).with(["stroke-dasharray": "3 3"]))
    }
    for group in shown {
      let start = frame.left + Double(group - shown.lowerBound) * step
      content.append(bars(ofGroup: group, start: start, step: step, y: y))
      content.append(groupLabel(groups[group], x: start + step / 2, frame: frame, isUpright: isUpright))
    }
    content.append(frame.line(frame.left, frame.plotBottom, frame.plotRight, frame.plotBottom))
    content.append(
      PlotFrame.text(
        groupsName, (frame.left + frame.plotRight) / 2, frame.height - 6, anchor: "middle"))
    return (.element("g", ["class": "panel"], content), frame.height)
  }

  private func patternName(_ series: Int) -> String { "\(identifier)-\(series)" }

  private func fill(_ series: Int) -> String { "url(#\(patternName(series)))" }

  private var defined: Markup {
    .element(
      "defs", [:], series.indices.map { SeriesStyle(index: $0).pattern(identifier: patternName($0)) })
  }

  private var legendEntries: [Legend.Entry] {
    let bars = series.enumerated().map { Legend.bar($1.name, fill: fill($0)) }
    let marks = references.enumerated().map { index, reference in
      Legend.Entry(name: reference.name) { x, y in [Self.mark(index, x, y)] }
    }
    return bars + marks
  }

  private static func mark(_ reference: Int, _ x: Double, _ y: Double) -> Markup {
    let markers: [SeriesStyle.Marker] = [.diamond, .triangle, .cross, .square, .disc]
    return .element(
      "path",
      [
        "d": markers[reference % markers.count].path(x, y, size: 3.6), "fill": "#fff",
        "stroke": "#000", "stroke-width": "1.1",
      ])
  }

  private func bars(ofGroup group: Int, start: Double, step: Double, y: Scale) -> Markup {
    let width = step * 0.8 / Double(max(1, series.count))
    var content: [Markup] = []
    for (index, series) in series.enumerated() {
      guard let value = series.bars[group].value else { continue }
      let left = start + step * 0.1 + Double(index) * width
      let deviation = series.bars[group].deviation
      let spread = deviation.map { " ± \(threeDecimals($0))" } ?? ""
      let words = "\(series.name), \(groups[group]): \(threeDecimals(value))\(spread)"
      let bottom = y(max(domain.lowerBound, min(0, domain.upperBound)))
      var parts: [Markup] = [
        .element("title", [:], [.text(onOneLine(words))]),
        .element(
          "rect",
          [
            "x": coordinate(left), "y": coordinate(min(y(value), bottom)), "width": coordinate(width * 0.92),
            "height": coordinate(abs(bottom - y(value))), "fill": fill(index), "stroke": SeriesStyle.ink,
            "stroke-width": "0.5",
          ]),
      ]
      if let deviation { parts.append(errorBar(left + width * 0.46, value, deviation, width, y)) }
      content.append(
        .element("g", [:], parts).with([
          "class": "bar", "data-series": series.name, "data-group": groups[group], "data-value": "\(value)",
          "data-deviation": deviation.map { "\($0)" } ?? "",
        ]))
    }
    for (index, reference) in references.enumerated() {
      guard let value = reference.values[group] else { continue }
      content.append(
        .element(
          "g",
          [
            "class": "reference", "data-series": reference.name, "data-group": groups[group],
            "data-value": "\(value)",
          ],
          [
            .element(
              "title", [:],
              [.text(onOneLine("\(reference.name), \(groups[group]): \(threeDecimals(value))"))]),
            Self.mark(
              index, start + step * (references.count == 1 ? 0.5 : 0.3 + 0.15 * Double(index)), y(value)),
          ]))
    }
    return .element("g", [:], content)
  }

  private func errorBar(
    _ x: Double, _ value: Double, _ deviation: Double, _ width: Double, _ y: Scale
  ) -> Markup {
    let low = y(max(domain.lowerBound, value - deviation))
    let high = y(min(domain.upperBound, value + deviation))
    let cap = min(4, width * 0.3)
    let path =
      "M\(coordinate(x)) \(coordinate(low))V\(coordinate(high))"
      + "M\(coordinate(x - cap)) \(coordinate(low))h\(coordinate(2 * cap))"
      + "M\(coordinate(x - cap)) \(coordinate(high))h\(coordinate(2 * cap))"
    // A dark line on a light one is visible on any fill.
    return .element(
      "g", ["fill": "none"],
      [
        .element("path", ["d": path, "stroke": "#fff", "stroke-width": "3"]),
        .element("path", ["d": path, "stroke": "#000", "stroke-width": "1.2"]),
      ])
  }

  private func groupLabel(_ name: String, x: Double, frame: PlotFrame, isUpright: Bool) -> Markup {
    let y = frame.plotBottom + 15
    let text = PlotFrame.text(Self.shortened(name), x, y, anchor: isUpright ? "middle" : "end")
    return isUpright
      ? text : text.with(["transform": "rotate(-40 \(coordinate(x)) \(coordinate(y - 4)))"])
  }
}
