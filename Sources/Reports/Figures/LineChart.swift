/// A line chart, such as a curve by epoch, by a swept value or by threshold.
struct LineChart {
  struct Point {
    var x: Double
    var y: Double
    /// Half the length of the error bar; nil for none.
    var deviation: Double?
    /// Whether it is ringed as the best.
    var isBest = false

    init(_ x: Double, _ y: Double, deviation: Double? = nil, isBest: Bool = false) {
      self.x = x
      self.y = y
      self.deviation = deviation
      self.isBest = isBest
    }
  }

  struct Series {
    var name: String
    var points: [Point]
    /// A number that describes the line, such as the area under it.
    var value: Double?
  }

  struct Axis {
    var name: String
    /// nil for the range of the points.
    var domain: ClosedRange<Double>?
    var kind = Scale.Kind.linear
    /// nil for round values.
    var ticks: [(value: Double, label: String)]?
    /// Whether ticks are whole numbers only, as for epochs.
    var isWhole = false
  }

  var title: String
  var x: Axis
  var y: Axis
  var series: [Series]
  /// Whether to draw a dashed diagonal from the lower left to the upper right.
  var hasDiagonal = false
  /// Where to draw a dashed horizontal line.
  var level: Double?
  /// Whether every point has a marker; otherwise each line has a few, to tell the lines apart.
  var marksPoints = true
  var width = 380.0

  /// Markers on a line if not every point has one.
  private static let markersOnLine = 6

  var drawing: Markup {
    let frame = PlotFrame(width: width, height: 250)
    let points = series.flatMap(\.points)
    let xScale = frame.xScale(x.domain ?? Self.range(points.map(\.x), x.kind), x.kind)
    let values = points.flatMap { [$0.y - ($0.deviation ?? 0), $0.y + ($0.deviation ?? 0)] }
    let yScale = frame.yScale(y.domain ?? Self.range(values, y.kind), y.kind)
    var content = [
      frame.verticalAxis(yScale, name: y.name),
      frame.horizontalAxis(xScale, name: x.name, ticks: x.ticks, isWhole: x.isWhole),
    ]
    if hasDiagonal {
      content.append(
        frame.line(
          xScale(xScale.domain.lowerBound), yScale(yScale.domain.lowerBound),
          xScale(xScale.domain.upperBound), yScale(yScale.domain.upperBound)
        ).with(["stroke-dasharray": "3 3"]))
    }
    if let level {
      content.append(
        frame.line(frame.left, yScale(level), frame.plotRight, yScale(level))
          .with(["stroke-dasharray": "3 3"]))
    }
    for (index, series) in series.enumerated() {
      content.append(line(series, SeriesStyle(index: index), xScale, yScale))
    }
    let legend = Legend(
      series.enumerated().map { Legend.line($1.name, SeriesStyle(index: $0)) }, width: width)
    content.append(legend.drawing(y: frame.height))
    return PlotFrame.drawing(title: title, width: width, height: frame.height + legend.height, content)
  }

  /// The range of the values; without any, a default range to draw axes for.
  private static func range(_ values: [Double], _ kind: Scale.Kind) -> ClosedRange<Double> {
    let drawable = kind == .logarithmic ? values.filter { $0 > 0 } : values
    guard let low = drawable.min(), let high = drawable.max() else {
      return kind == .logarithmic ? 1...10 : 0...1
    }
    return low...high
  }

  private func line(_ series: Series, _ style: SeriesStyle, _ x: Scale, _ y: Scale) -> Markup {
    let points = series.points
    let path = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(coordinate(x(point.x))) \(coordinate(y(point.y)))"
    }
    let value = series.value.map { ": \(threeDecimals($0))" } ?? ""
    var content: [Markup] = [
      .element("title", [:], [.text(onOneLine(series.name + value))]),
      .element(
        "path",
        [
          "d": path.joined(), "fill": "none", "stroke": style.color, "stroke-width": "1.8",
          "stroke-dasharray": style.dashes, "stroke-linejoin": "round",
        ]),
    ]
    for point in points { content += errorBar(point, style, x, y) }
    content += markers(points, style, x, y)
    return .element("g", [:], content).with([
      "class": "line", "data-series": series.name, "data-value": series.value.map { "\($0)" } ?? "",
      "data-points": points.map { "\($0.x),\($0.y)" }.joined(separator: " "),
    ])
  }

  private func markers(_ points: [Point], _ style: SeriesStyle, _ x: Scale, _ y: Scale) -> [Markup] {
    let step = marksPoints ? 1 : max(1, points.count / Self.markersOnLine)
    return points.enumerated().compactMap { index, point in
      guard index % step == step / 2 || point.isBest else { return nil }
      let (place, height) = (x(point.x), y(point.y))
      let title = Markup.element("title", [:], [.text("\(Scale.label(point.x)): \(significant(point.y))")])
      let marker = Markup.element("path", ["d": style.marker.path(place, height), "fill": style.color])
      let ring = Markup.element(
        "circle",
        [
          "cx": coordinate(place), "cy": coordinate(height), "r": "6.5", "fill": "none",
          "stroke": SeriesStyle.ink, "stroke-width": "1.5",
        ])
      return .element("g", [:], [title, marker] + (point.isBest ? [ring] : []))
    }
  }

  private func errorBar(_ point: Point, _ style: SeriesStyle, _ x: Scale, _ y: Scale) -> [Markup] {
    guard let deviation = point.deviation, deviation > 0 else { return [] }
    let low = y(max(point.y - deviation, y.domain.lowerBound))
    let high = y(min(point.y + deviation, y.domain.upperBound))
    let place = x(point.x)
    return [
      .element(
        "path",
        [
          "d": "M\(coordinate(place)) \(coordinate(low))V\(coordinate(high))"
            + "M\(coordinate(place - 3)) \(coordinate(low))h6M\(coordinate(place - 3)) \(coordinate(high))h6",
          "stroke": style.color, "stroke-width": "1.2", "fill": "none",
        ])
    ]
  }
}
