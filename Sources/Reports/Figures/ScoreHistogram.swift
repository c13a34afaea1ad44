import Metrics

/// A histogram of normal and anomalous scores: shares of each kind in bins of equal width (the paper's figure 6a).
struct ScoreHistogram {
  static let kinds = ["normal", "anomalous"]
  private static let bins = 40

  /// The edges of the bins, one more than there are bins.
  let edges: [Double]
  /// Samples in each bin, by kind, normal first.
  let counts: [[Int]]

  /// Bins the scores; the last bin also takes those above the 99.5th percentile, so that a few outliers do not squeeze
  /// the rest.
  ///
  /// - Parameter scores: finite.
  init(scores: [Float], isAnomalous: [Bool]) {
    let sorted = scores.sorted()
    let low = Double(sorted.first ?? 0)
    let high = Double(sorted.isEmpty ? 1 : sorted[min(sorted.count - 1, sorted.count * 995 / 1000)])
    let width = max(high - low, abs(low) * 1e-6, 1e-12) / Double(Self.bins)
    edges = (0...Self.bins).map { low + Double($0) * width }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: Self.bins), count: 2)
    for (score, isAnomalous) in zip(scores, isAnomalous) {
      let bin = min(Self.bins - 1, max(0, Int(min((Double(score) - low) / width, Double(Self.bins)))))
      counts[isAnomalous ? 1 : 0][bin] += 1
    }
    self.counts = counts
  }

  /// - Parameters:
  ///   - identifier: unique in the page.
  ///   - threshold: drawn as a vertical line; nil for none.
  func drawing(title: String, identifier: String, threshold: FalseAlarmThreshold? = nil) -> Markup {
    let frame = PlotFrame(width: 300, height: 200)
    let shares = counts.map { kind in
      let total = max(1, kind.reduce(0, +))
      return kind.map { Double($0) / Double(total) }
    }
    let highest = max(shares.joined().max() ?? 0, 1e-9)
    let (x, y) = (frame.xScale(edges[0]...edges[Self.bins]), frame.yScale(0...highest * 1.05))
    let styles = [SeriesStyle(index: 0), SeriesStyle(index: 1)]
    let patterns = styles.enumerated().map { $1.pattern(identifier: "\(identifier)-\($0)") }
    var content: [Markup] = [
      .element("defs", [:], patterns), frame.verticalAxis(y, name: "share"),
      frame.horizontalAxis(x, name: "score"),
    ]
    for kind in 0..<2 {
      content.append(
        .element(
          "g",
          [
            "class": "histogram", "data-series": Self.kinds[kind], "fill": "url(#\(identifier)-\(kind))",
            "fill-opacity": "0.65", "stroke": styles[kind].color, "stroke-width": "0.8",
            "data-edges": edges.map { "\($0)" }.joined(separator: " "),
            "data-counts": counts[kind].map(String.init).joined(separator: " "),
          ],
          [
            .element("title", [:], [.text("\(Self.kinds[kind]): \(counts[kind].reduce(0, +)) samples")]),
            .element("path", ["d": outline(shares[kind], x, y, bottom: frame.plotBottom)]),
          ]))
    }
    if let threshold { content.append(line(at: threshold, x, frame)) }
    var entries = Self.kinds.enumerated().map { Legend.bar($1, fill: "url(#\(identifier)-\($0))") }
    if threshold != nil { entries.append(Legend.dashes("threshold")) }
    let legend = Legend(entries, width: frame.width)
    content.append(legend.drawing(y: frame.height))
    return PlotFrame.drawing(
      title: title, width: frame.width, height: frame.height + legend.height, content)
  }

  /// A dashed line from top to bottom, at the right edge if the threshold lies beyond.
  private func line(at threshold: FalseAlarmThreshold, _ x: Scale, _ frame: PlotFrame) -> Markup {
    let place = coordinate(x(min(max(Double(threshold.value), edges[0]), edges[Self.bins])))
    let words =
      "threshold \(threshold.value): \(significant(100 * threshold.rate)) % false alarms expected at most, "
      + "from \(threshold.normals) normals held out of training"
    return .element(
      "g", ["class": "threshold", "data-threshold": "\(threshold.value)"],
      [
        .element("title", [:], [.text(words)]),
        .element(
          "line",
          [
            "x1": place, "x2": place, "y1": coordinate(frame.top), "y2": coordinate(frame.plotBottom),
            "stroke": SeriesStyle.ink, "stroke-dasharray": "4 3",
          ]),
      ])
  }

  /// The outline of the bars.
  private func outline(_ shares: [Double], _ x: Scale, _ y: Scale, bottom: Double) -> String {
    var path = "M\(coordinate(x(edges[0]))) \(coordinate(bottom))"
    for (bin, share) in shares.enumerated() {
      path += "V\(coordinate(y(share)))H\(coordinate(x(edges[bin + 1])))"
    }
    return path + "V\(coordinate(bottom))z"
  }
}
