/// Published areas by class beside ours, as bars: an experiment's own evaluation, the nearest of all candidates and the
/// clean protocol's. The paper's Figure 4 at a glance.
struct PublishedBars {
  private struct Bars {
    var name: String
    var evaluation: RankedEvaluation
  }

  private let published: PublishedAreas
  private let bars: [Bars]

  /// What the preset of the protocol without leaks is called.
  private static let clean = "clean"

  /// - Parameter sections: of one data set, those with the most classes first.
  /// - Precondition: at least one.
  init(_ sections: [Ranking.Section]) {
    precondition(!sections.isEmpty, "no candidates")
    published = sections[0].published
    // The order of the experiments, whatever classes they have.
    let own = sections.flatMap { $0.own.map(\.candidate) }
    let clean = own.first { $0.training.preset == Self.clean }
    let code = own.first { $0.training.preset != Self.clean } ?? clean
    var bars: [Bars] = []
    if let code { bars.append(Bars(name: "\(code.training.name): own", evaluation: code)) }
    if let nearest = sections[0].candidates.first {
      bars.append(Bars(name: "nearest of \(sections[0].candidates.count)", evaluation: nearest))
    }
    if let clean, clean != code {
      bars.append(Bars(name: "\(clean.training.name): own", evaluation: clean))
    }
    self.bars = bars
  }

  /// What the bars are, in words, with the classes that some of them lack.
  var title: String {
    var parts = bars.map { bars in
      let evaluation = bars.evaluation
      let choices = [evaluation.pass, evaluation.score, Self.words(evaluation.epoch)].filter { !$0.isEmpty }
      let gaps = published.missing(from: evaluation.classes)
      let missing = gaps.isEmpty ? "" : ", without \(gaps.joined(separator: " "))"
      return "\(bars.name) (\(choices.joined(separator: ", "))), off by "
        + "\(threeDecimals(evaluation.distance.meanAbsolute))\(missing)"
    }
    parts.insert("AUROC on \(published.dataset), \(published.method) as published and ours", at: 0)
    let hasSeeds = bars.contains { $0.evaluation.values.contains { $0.count > 1 } }
    if hasSeeds { parts.append("error bars: sample standard deviation over seeds") }
    return parts.joined(separator: "; ")
  }

  private static func words(_ epoch: String) -> String { Int(epoch) == nil ? epoch : "epoch \(epoch)" }

  /// - Parameter identifier: unique in the page.
  func chart(identifier: String) -> BarChart {
    let groups = published.values.map(\.heldOut)
    let references = BarChart.Series(
      name: "\(published.method) as published",
      bars: published.values.map { BarChart.Bar(value: $0.area, deviation: nil) })
    let ours = bars.map { bars in
      BarChart.Series(
        name: bars.name,
        bars: groups.map { name in
          let summary = bars.evaluation.summary(of: name)
          return BarChart.Bar(value: summary?.mean, deviation: summary?.standardDeviation)
        })
    }
    return BarChart(
      title: title, identifier: identifier, groups: groups, groupsName: "\(published.dataset), held out",
      valueName: "AUROC", series: [references] + ours, level: 0.5)
  }
}

extension PlotFrame {
  /// Drawings one below the other; a single one as it is.
  static func stacked(_ drawings: [Markup], title: String) -> Markup {
    guard drawings.count > 1 else { return drawings.first ?? .text("") }
    func length(_ drawing: Markup, _ name: String) -> Double {
      guard case .element(_, let attributes, _) = drawing else { return 0 }
      return attributes.first { $0.name == name }.flatMap { Double($0.value) } ?? 0
    }
    let gap = 12.0
    var (height, content) = (0.0, [Markup]())
    for drawing in drawings {
      content.append(drawing.with(["y": coordinate(height)]))
      height += length(drawing, "height") + gap
    }
    let width = drawings.map { length($0, "width") }.max() ?? 0
    return Self.drawing(title: title, width: width, height: height - gap, content)
  }
}
