/// Published AUROC by class beside ours, as bars: the experiment's own evaluation, the nearest of all candidates, and
/// the clean protocol. The paper's Figure 4 at a glance.
struct PublishedBars {
  private let published: PublishedAreas
  /// Our evaluations, in the order of the bars.
  let evaluations: [(name: String, evaluation: RankedEvaluation)]

  /// Name of the leak-free protocol's preset.
  private static let clean = "clean"

  /// - Parameter sections: of one data set, those with the most classes first.
  /// - Precondition: at least one.
  init(_ sections: [Ranking.Section]) {
    precondition(!sections.isEmpty, "no candidates")
    published = sections[0].published
    // Those with the most classes first, then in the order of the experiments.
    let own = sections.flatMap { $0.own.map(\.candidate) }
    let clean = own.first { $0.training.preset == Self.clean }
    let code = own.first { $0.training.preset != Self.clean } ?? clean
    var evaluations: [(String, RankedEvaluation)] = []
    if let code { evaluations.append((code.training.name, code)) }
    if let nearest = sections[0].candidates.first {
      evaluations.append(("nearest of \(sections[0].candidates.count)", nearest))
    }
    if let clean, clean != code { evaluations.append((clean.training.name, clean)) }
    self.evaluations = evaluations
  }

  var dataset: String { published.dataset }

  /// What the bars show, and the classes that some of them lack.
  var title: String {
    var parts = evaluations.map { name, evaluation in
      let gaps = published.missing(from: evaluation.classes)
      let missing = gaps.isEmpty ? "" : ", without \(gaps.joined(separator: " "))"
      return "\(name) (\(Self.words(evaluation))), off by "
        + "\(threeDecimals(evaluation.distance.meanAbsolute))\(missing)"
    }
    parts.insert("AUROC on \(published.dataset), \(published.method) as published and ours", at: 0)
    let hasSeeds = evaluations.contains { $0.evaluation.values.contains { $0.count > 1 } }
    if hasSeeds { parts.append("error bars: sample standard deviation over seeds") }
    return parts.joined(separator: "; ")
  }

  /// Pass, score and epoch.
  static func words(_ evaluation: RankedEvaluation) -> String {
    let epoch = Int(evaluation.epoch) == nil ? evaluation.epoch : "epoch \(evaluation.epoch)"
    return [evaluation.pass, evaluation.score, epoch].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// - Parameter identifier: unique in the page.
  func chart(identifier: String) -> BarChart {
    let groups = published.values.map(\.heldOut)
    let references = BarChart.Series(
      name: "\(published.method) as published",
      bars: published.values.map { BarChart.Bar(value: $0.area, deviation: nil) })
    let ours = evaluations.map { name, evaluation in
      BarChart.Series(
        name: name,
        bars: groups.map { heldOut in
          let summary = evaluation.summary(of: heldOut)
          return BarChart.Bar(value: summary?.mean, deviation: summary?.standardDeviation)
        })
    }
    return BarChart(
      title: title, identifier: identifier, groups: groups, groupsName: "\(published.dataset), held out",
      valueName: "AUROC", series: [references] + ours, level: 0.5)
  }
}

extension PlotFrame {
  /// Drawings side by side; a single one is returned unchanged.
  static func sideBySide(_ drawings: [Markup], title: String) -> Markup {
    guard drawings.count > 1 else { return drawings.first ?? .text("") }
    func length(_ drawing: Markup, _ name: String) -> Double {
      guard case .element(_, let attributes, _) = drawing else { return 0 }
      return attributes.first { $0.name == name }.flatMap { Double($0.value) } ?? 0
    }
    let gap = 12.0
    var (width, content) = (0.0, [Markup]())
    for drawing in drawings {
      content.append(drawing.with(["x": coordinate(width)]))
      width += length(drawing, "width") + gap
    }
    let height = drawings.map { length($0, "height") }.max() ?? 0
    return Self.drawing(title: title, width: width - gap, height: height, content)
  }
}
