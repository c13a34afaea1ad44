/// The ranking in a few rows.
extension Ranking {
  /// Mean AUROC over classes, published and ours, by data set: the experiment's own evaluation, the nearest of all, and
  /// the clean protocol. nil for a single experiment, whose tables below show as much.
  var overview: GridDocument? {
    let experiments = Set(sections.flatMap(\.trainings).map(\.experiment))
    guard experiments.count > 1 else { return nil }
    let rows = bars().flatMap(\.rows)
    return GridDocument(
      caption:
        "In short: mean AUROC over the finished classes, ours and as published (theirs); the nearest are "
        + "chosen by the published values",
      grid: Grid(
        nameColumns: 2, header: ["data", "evaluation", "ours", "theirs", "off by", "within"], rows: rows),
      notes: [])
  }
}

extension PublishedBars {
  /// One row per bar of ours, in the overview's columns.
  var rows: [[Grid.Cell]] {
    evaluations.map { name, evaluation in
      let (distance, training) = (evaluation.distance, evaluation.training.name)
      let words = "\(training) (\(Self.words(evaluation)))"
      let isFirst = evaluation == evaluations[0].evaluation
      return [
        Grid.Cell(dataset), Grid.Cell(name == training ? words : "\(name): \(isFirst ? "the same" : words)"),
        Grid.Cell(threeDecimals(evaluation.mean), isMarked: !evaluation.hasAllSeeds),
        Grid.Cell(threeDecimals(evaluation.mean - distance.bias)),
        Grid.Cell(threeDecimals(distance.meanAbsolute)),
        Grid.Cell("\(distance.countWithin)/\(evaluation.classes.count)"),
      ]
    }
  }
}
