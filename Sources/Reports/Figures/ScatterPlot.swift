/// Samples in the plane, normal ones as dots and anomalous ones as crosses (the paper's figure 6b).
struct ScatterPlot {
  struct Point: Equatable {
    var x: Float
    var y: Float
    var isAnomalous: Bool
  }

  var title: String
  var xName: String
  var yName: String
  var points: [Point]

  /// At most `count` points, evenly spaced in the order given.
  func thinned(to count: Int) -> ScatterPlot {
    guard points.count > count else { return self }
    var plot = self
    plot.points = (0..<count).map { points[$0 * points.count / count] }
    return plot
  }

  var drawing: Markup {
    var frame = PlotFrame(width: 300, height: 280)
    frame.left = 50
    let x = frame.xScale(range(\.x))
    let y = frame.yScale(range(\.y))
    var content = [frame.verticalAxis(y, name: yName), frame.horizontalAxis(x, name: xName)]
    let styles = [SeriesStyle(index: 0), SeriesStyle(index: 1)]
    for kind in 0..<2 {
      let members = points.filter { $0.isAnomalous == (kind == 1) }
      let path = members.map { point in
        kind == 0
          ? Self.dot(x(Double(point.x)), y(Double(point.y)))
          : Self.cross(x(Double(point.x)), y(Double(point.y)))
      }
      content.append(
        .element(
          "g",
          [
            "class": "scatter", "data-series": ScoreHistogram.kinds[kind], "fill": "none",
            "stroke": styles[kind].color, "stroke-linecap": "round", "stroke-opacity": "0.75",
            "stroke-width": kind == 0 ? "3.4" : "1.1",
            "data-points": members.map { "\($0.x),\($0.y)" }.joined(separator: " "),
          ],
          [
            .element("title", [:], [.text("\(ScoreHistogram.kinds[kind]): \(members.count) samples")]),
            .element("path", ["d": path.joined()]),
          ]))
    }
    let legend = Legend([Self.entry(0, styles[0]), Self.entry(1, styles[1])], width: frame.width)
    content.append(legend.drawing(y: frame.height))
    return PlotFrame.drawing(
      title: title, width: frame.width, height: frame.height + legend.height, content)
  }

  private func range(_ path: KeyPath<Point, Float>) -> ClosedRange<Double> {
    let values = points.map { Double($0[keyPath: path]) }
    guard let low = values.min(), let high = values.max() else { return 0...1 }
    let room = (high - low) * 0.03
    return low - room...high + room
  }

  /// A line of zero length: its round cap is the dot.
  private static func dot(_ x: Double, _ y: Double) -> String { "M\(tenth(x)) \(tenth(y))h0" }

  private static func cross(_ x: Double, _ y: Double) -> String {
    "M\(tenth(x - 2)) \(tenth(y - 2))l4 4m0-4l-4 4"
  }

  private static func tenth(_ value: Double) -> String { coordinate((value * 10).rounded() / 10) }

  private static func entry(_ kind: Int, _ style: SeriesStyle) -> Legend.Entry {
    Legend.Entry(name: ScoreHistogram.kinds[kind]) { x, y in
      [
        .element(
          "path",
          [
            "d": kind == 0 ? dot(x, y) : cross(x, y), "stroke": style.color, "stroke-linecap": "round",
            "stroke-width": kind == 0 ? "4" : "1.4", "fill": "none",
          ])
      ]
    }
  }
}
