/// The rectangle of a plot, with its axes around it.
struct PlotFrame {
  var width: Double
  var height: Double
  /// Margins: the left one holds the vertical axis, the bottom one the horizontal axis.
  var left = 46.0
  var right = 10.0
  var top = 10.0
  var bottom = 38.0

  static let fontSize = 11.0
  /// The average width of a character in a sans-serif font of that size.
  static let characterWidth = 6.2

  var plotRight: Double { width - right }
  var plotBottom: Double { height - bottom }

  func xScale(_ domain: ClosedRange<Double>, _ kind: Scale.Kind = .linear) -> Scale {
    Scale(domain, from: left, to: plotRight, kind: kind)
  }

  func yScale(_ domain: ClosedRange<Double>, _ kind: Scale.Kind = .linear) -> Scale {
    Scale(domain, from: plotBottom, to: top, kind: kind)
  }

  /// The approximate width of a text.
  static func textWidth(_ text: String) -> Double { Double(displayWidth(text)) * characterWidth }

  /// Text at a place; `anchor` is `start`, `middle` or `end`.
  static func text(_ text: String, _ x: Double, _ y: Double, anchor: String = "start") -> Markup {
    .element(
      "text", ["x": coordinate(x), "y": coordinate(y), "text-anchor": anchor, "fill": SeriesStyle.ink],
      [.text(onOneLine(text))])
  }

  /// Grid lines and labels at the ticks, and the axis's name.
  func verticalAxis(_ scale: Scale, name: String, ticks: [Double]? = nil) -> Markup {
    let ticks = ticks ?? scale.ticks(about: 5)
    var content: [Markup] = []
    for tick in ticks {
      let y = scale(tick)
      content.append(line(left, y, plotRight, y, faint: true))
      content.append(Self.text(Scale.label(tick), left - 5, y + 4, anchor: "end"))
    }
    content.append(line(left, top, left, plotBottom))
    let middle = (top + plotBottom) / 2
    content.append(
      Self.text(name, 11, middle, anchor: "middle")
        .with(["transform": "rotate(-90 11 \(coordinate(middle)))"]))
    return .element("g", ["class": "axis"], content)
  }

  /// - Parameter ticks: values with their labels; a label that would touch the previous one is left out.
  func horizontalAxis(
    _ scale: Scale, name: String, ticks: [(value: Double, label: String)]? = nil, isWhole: Bool = false
  ) -> Markup {
    let round = scale.ticks(about: Int(width / 75)).filter { !isWhole || $0.rounded() == $0 }
    let ticks = ticks ?? round.map { ($0, Scale.label($0)) }
    var content: [Markup] = [line(left, plotBottom, plotRight, plotBottom)]
    var end = -Double.infinity
    for tick in ticks {
      let x = scale(tick.value)
      content.append(line(x, plotBottom, x, plotBottom + 4))
      let half = Self.textWidth(tick.label) / 2
      // At the ends of the axis, labels move inward to stay in the picture.
      let place = min(max(x, half + 1), width - half - 1)
      guard place - half > end + 3 else { continue }
      end = place + half
      content.append(Self.text(tick.label, place, plotBottom + 16, anchor: "middle"))
    }
    content.append(Self.text(name, (left + plotRight) / 2, plotBottom + 32, anchor: "middle"))
    return .element("g", ["class": "axis"], content)
  }

  func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, faint: Bool = false) -> Markup {
    .element(
      "line",
      [
        "x1": coordinate(x1), "y1": coordinate(y1), "x2": coordinate(x2), "y2": coordinate(y2),
        "stroke": SeriesStyle.ink, "stroke-opacity": faint ? "0.15" : "0.7",
      ])
  }

  /// Background and ink of a drawing, unless the page sets its own.
  private static let (ground, ink) = ("#fff", "#1a1a1a")
  /// The same for dark pages.
  private static let (darkGround, lightInk) = ("#0d1117", "#e6edf3")

  /// An SVG document recolored for dark pages.
  static func dark(_ document: String) -> String {
    document.replacingOccurrences(of: "\"\(ground)\" class=\"ground\"", with: "\"\(darkGround)\"")
      .replacingOccurrences(of: "\"\(ink)\"", with: "\"\(lightInk)\"")
  }

  /// The whole drawing, on a white background unless the page sets another.
  static func drawing(title: String, width: Double, height: Double, _ content: [Markup]) -> Markup {
    let (width, height) = (coordinate(width), coordinate(height))
    return .element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(width) \(height)", "width": width,
        "height": height, "role": "img",
      ],
      [
        .element("title", [:], [.text(onOneLine(title))]),
        .element(
          "g",
          [
            "class": "drawing", "color": ink, "font-family": "Helvetica, Arial, sans-serif",
            "font-size": coordinate(fontSize),
          ],
          [.element("rect", ["width": width, "height": height, "fill": ground, "class": "ground"])] + content),
      ])
  }
}
