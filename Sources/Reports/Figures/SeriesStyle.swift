/// How one of several series is drawn: distinguished by color, and in grayscale by dashes, markers and hatching.
///
/// The colors are Okabe and Ito's, which can be told apart with any color vision. The text color replaces their black;
/// their yellow, too pale on white, is left out.
struct SeriesStyle {
  enum Marker: CaseIterable { case disc, square, triangle, diamond, cross }

  enum Hatching: CaseIterable { case none, rising, falling, dotted, level }

  let color: String
  /// SVG's `stroke-dasharray`.
  let dashes: String
  let marker: Marker
  let hatching: Hatching

  static let ink = "currentColor"
  static let blue = "#0072B2"
  static let vermilion = "#D55E00"

  /// Distinct for up to 35 series: 7 colors, and 5 of everything else.
  init(index: Int) {
    let colors = [Self.blue, Self.vermilion, "#009E73", "#CC79A7", "#56B4E9", "#E69F00", Self.ink]
    let dashes = ["none", "6 2", "2 2", "8 2 2 2", "4 1 1 1"]
    color = colors[index % colors.count]
    self.dashes = dashes[index % dashes.count]
    marker = Marker.allCases[index % Marker.allCases.count]
    hatching = Hatching.allCases[index % Hatching.allCases.count]
  }
}

extension SeriesStyle.Marker {
  /// The marker around a point.
  func path(_ x: Double, _ y: Double, size: Double = 3) -> String {
    func at(_ dx: Double, _ dy: Double) -> String {
      "\(coordinate(x + dx * size)) \(coordinate(y + dy * size))"
    }
    let radius = coordinate(size)
    return switch self {
    case .disc:
      "M\(at(-1, 0))a\(radius) \(radius) 0 1 0 \(coordinate(2 * size)) 0"
        + "a\(radius) \(radius) 0 1 0 \(coordinate(-2 * size)) 0z"
    case .square: "M\(at(-0.9, -0.9))L\(at(0.9, -0.9))L\(at(0.9, 0.9))L\(at(-0.9, 0.9))z"
    case .triangle: "M\(at(0, -1.2))L\(at(1.1, 0.8))L\(at(-1.1, 0.8))z"
    case .diamond: "M\(at(0, -1.3))L\(at(1.1, 0))L\(at(0, 1.3))L\(at(-1.1, 0))z"
    case .cross:
      "M\(at(-1, -0.4))L\(at(-0.4, -1))L\(at(0, -0.6))L\(at(0.4, -1))L\(at(1, -0.4))L\(at(0.6, 0))"
        + "L\(at(1, 0.4))L\(at(0.4, 1))L\(at(0, 0.6))L\(at(-0.4, 1))L\(at(-1, 0.4))L\(at(-0.6, 0))z"
    }
  }
}

extension SeriesStyle {
  /// The pattern that fills an area of this series.
  ///
  /// - Parameter identifier: unique in the page.
  func pattern(identifier: String) -> Markup {
    let lines: String =
      switch hatching {
      case .none: ""
      case .rising: "M-1 1L1 -1M0 6L6 0M5 7L7 5"
      case .falling: "M-1 5L1 7M0 0L6 6M5 -1L7 1"
      case .dotted: "M2 3h2M3 2v2"
      case .level: "M0 3h6"
      }
    return .element(
      "pattern",
      ["id": identifier, "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"],
      [
        .element("rect", ["width": "6", "height": "6", "fill": color]),
        .element("path", ["d": lines, "stroke": "#fff", "stroke-width": "1.4", "class": "hatching"]),
      ])
  }
}
