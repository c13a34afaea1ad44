/// A measure against one varied number, drawn with characters; the values are evenly spaced, in ascending order.
struct SweepCurve: Equatable {
  struct Point: Equatable {
    var x: Double
    /// `x` as shown.
    var label: String
    var y: Double
    var isBest: Bool
  }

  /// The varied field.
  let name: String
  let metric: String
  /// By ascending `x`.
  let points: [Point]

  private static let height = 9
  private static let widestStep = 10

  /// - Precondition: at least two points.
  init(name: String, metric: String, points: [Point]) {
    precondition(points.count > 1, "no curve through \(points.count) points")
    self.name = name
    self.metric = metric
    self.points = points.sorted { $0.x < $1.x }
  }

  /// The curve, its axes and their labels, within `width` columns; empty if there are fewer columns than points.
  func lines(width: Int) -> [String] {
    let (low, high) = (points.map(\.y).min() ?? 0, points.map(\.y).max() ?? 0)
    let labels = [high, (low + high) / 2, low].map(threeDecimals)
    let margin = labels.map(\.count).max() ?? 0
    let room = width - margin - 3
    guard room >= points.count else { return [] }
    let step = min(Self.widestStep, (room - 1) / (points.count - 1))
    let columns = (points.count - 1) * step + 1

    var canvas = [[Character]](
      repeating: [Character](repeating: " ", count: columns), count: Self.height)
    func row(_ y: Double) -> Int {
      let share = high > low ? (high - y) / (high - low) : 0.5
      return Int((share * Double(Self.height - 1)).rounded())
    }
    for column in 0..<columns {
      let (left, offset) = (column / step, column % step)
      guard offset > 0 else { continue }
      let share = Double(offset) / Double(step)
      canvas[row(points[left].y * (1 - share) + points[left + 1].y * share)][column] = "·"
    }
    for (index, point) in points.enumerated() {
      canvas[row(point.y)][index * step] = point.isBest ? "◉" : "●"
    }

    var lines = ["\(metric) against \(name)" + (points.contains(where: \.isBest) ? " (◉ best)" : "")]
    for (index, cells) in canvas.enumerated() {
      let label =
        switch index {
        case 0: labels[0]
        case (Self.height - 1) / 2: labels[1]
        case Self.height - 1: labels[2]
        default: ""
        }
      let tick = label.isEmpty ? "│" : "┤"
      lines.append(padded(label, to: margin, right: true) + " \(tick) " + String(cells))
    }
    let ticks = (0..<columns).map { $0 % step == 0 ? "┴" : "─" }.joined()
    lines.append(String(repeating: " ", count: margin + 1) + "└─" + ticks)
    lines.append(String(repeating: " ", count: margin + 3) + axisLabels(step: step, columns: columns))
    return lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
  }

  /// The values below their points; one that would touch its left neighbor is left out.
  private func axisLabels(step: Int, columns: Int) -> String {
    var text = ""
    for (index, point) in points.enumerated() {
      let start = max(0, index * step - (point.label.count - 1) / 2)
      guard text.isEmpty || start > text.count else { continue }
      text += String(repeating: " ", count: start - text.count) + point.label
    }
    return text
  }
}
