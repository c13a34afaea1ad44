import Results

/// Curves of training by epoch, its cost, and the environment of the runs.
struct CourseFigures {
  /// What the runs of one row add up to.
  fileprivate struct Row {
    var name: String
    /// By held-out class, then by seed.
    var areas: [(heldOut: String, courses: [[Double]])] = []
    /// By loss term, then by run.
    var losses: [(name: String, courses: [[Double]])] = []
    var runs = 0
    var images = 0
    var trainingSeconds = 0.0
    var evaluationSeconds = 0.0
    var epochs = 0
  }

  private var rows: [Row] = []
  private let shown: [String]
  /// The distinct values of each fact over all runs, in order of first appearance.
  private var facts: [(name: String, values: [String])] = []

  /// Curves per figure, at most.
  private static let mostCurves = 10

  /// Reads all runs behind the tables.
  ///
  /// - Parameter shown: the rows to draw.
  init(_ contents: SummaryContents, shown: [String]) throws {
    self.shown = shown
    for run in contents.runs {
      let course = try contents.course(of: run)
      if rows.last?.name != run.row { rows.append(Row(name: run.row)) }
      rows[rows.count - 1].add(run, course)
      for fact in course.environment.facts { note(fact) }
    }
  }

  private mutating func note(_ fact: (name: String, value: String)) {
    guard let index = facts.firstIndex(where: { $0.name == fact.name }) else {
      return facts.append((fact.name, [fact.value]))
    }
    if !facts[index].values.contains(fact.value) { facts[index].values.append(fact.value) }
  }

  /// The mean of several curves at each epoch that all of them have.
  private static func mean(_ courses: [[Double]]) -> [LineChart.Point] {
    let epochs = courses.map(\.count).min() ?? 0
    return (0..<epochs).compactMap { epoch in
      let values = courses.map { $0[epoch] }.filter(\.isFinite)
      guard values.count == courses.count else { return nil }
      return LineChart.Point(Double(epoch + 1), values.reduce(0, +) / Double(values.count))
    }
  }

  func sections(_ names: inout FigureNames) -> [ReportSection] {
    var section = ReportSection(
      title: "Training",
      text: [
        "Means over seeds by epoch; AUROC on the test samples that every epoch is evaluated on."
      ])
    for row in rows where shown.contains(row.name) && row.epochs > 1 {
      let areas = row.areas.map { LineChart.Series(name: $0.heldOut, points: Self.mean($0.courses)) }
        .filter { !$0.points.isEmpty }
      for start in stride(from: 0, to: areas.count, by: Self.mostCurves) {
        let title = "\(row.name): AUROC by epoch"
        let chart = LineChart(
          title: title, x: LineChart.Axis(name: "epoch", isWhole: true), y: LineChart.Axis(name: "AUROC"),
          series: Array(areas[start..<min(areas.count, start + Self.mostCurves)]), marksPoints: false)
        section.figures.append(
          Figure(name: names.next("auroc-by-epoch", row.name), title: title, chart.drawing))
      }
      if let figure = lossFigure(row, &names) { section.figures.append(figure) }
    }
    return section.figures.isEmpty ? [] : [section]
  }

  private func lossFigure(_ row: Row, _ names: inout FigureNames) -> Figure? {
    let losses = row.losses.map { LineChart.Series(name: $0.name, points: Self.mean($0.courses)) }
      .filter { !$0.points.isEmpty }
    let values = losses.flatMap { $0.points.map(\.y) }
    guard let low = values.min(), let high = values.max() else { return nil }
    let title = "\(row.name): losses by epoch, mean over all runs"
    let chart = LineChart(
      title: title, x: LineChart.Axis(name: "epoch", isWhole: true),
      y: LineChart.Axis(name: "loss", kind: low > 0 && high / low > 20 ? .logarithmic : .linear),
      series: losses, marksPoints: false)
    return Figure(name: names.next("losses", row.name), title: title, chart.drawing)
  }

  /// AUROC by epoch and class of every row trained in epochs, as means over seeds.
  ///
  /// - Parameter mostEpochs: the most epochs that a table lists; beyond that, only every second or third, and the last.
  func areaTables(mostEpochs: Int) -> [ReportTable] {
    rows.filter { $0.epochs > 1 }.map { row in
      let areas = row.areas.map { (heldOut: $0.heldOut, points: Self.mean($0.courses)) }
      let step = (row.epochs + mostEpochs - 1) / mostEpochs
      let epochs = (1...row.epochs).filter { $0 % step == 0 || $0 == row.epochs }
      return ReportTable(
        caption: "\(row.name): AUROC by epoch",
        grid: Grid(
          header: ["epoch"] + areas.map(\.heldOut),
          rows: epochs.map { epoch in
            [Grid.Cell(String(epoch))]
              + areas.map { area in Grid.Cell(area.points.first { $0.x == Double(epoch) }?.y) }
          }), notes: ["on the test samples that every epoch is evaluated on"])
    }
  }

  // MARK: - Cost

  /// What the runs cost, and the machines that they ran on.
  var costSection: ReportSection {
    let cost = Grid(
      header: ["", "runs", "training s", "images/s", "scoring s"],
      rows: rows.map { row in
        [
          Grid.Cell(row.name), Grid.Cell(String(row.runs)), Grid.Cell(significant(row.trainingSeconds)),
          Grid.Cell(
            row.trainingSeconds > 0 ? significant(Double(row.images) / row.trainingSeconds) : missing),
          Grid.Cell(significant(row.evaluationSeconds)),
        ]
      })
    let environment = Grid(
      header: ["fact", "value"],
      rows: facts.map { fact in [Grid.Cell(fact.name), Grid.Cell(Self.words(fact.values))] })
    return ReportSection(
      title: "Cost and environment",
      tables: [
        ReportTable(
          caption: "Seconds of all runs together", grid: cost,
          notes: ["images/s: training images, all passes over them counted"]),
        ReportTable(caption: "Where the runs were computed", grid: environment),
      ])
  }

  /// All values, or the range if there are more than three.
  private static func words(_ values: [String]) -> String {
    guard values.count > 3, let least = values.min(), let greatest = values.max() else {
      return values.joined(separator: "; ")
    }
    return "\(values.count) values, \(least) to \(greatest)"
  }
}

extension CourseFigures.Row {
  fileprivate mutating func add(_ run: SummaryRun, _ course: RunCourse) {
    if areas.last?.heldOut != run.heldOut { areas.append((run.heldOut, [])) }
    areas[areas.count - 1].courses.append(course.areas)
    for loss in course.losses {
      if let index = losses.firstIndex(where: { $0.name == loss.name }) {
        losses[index].courses.append(loss.values)
      } else {
        losses.append((loss.name, [loss.values]))
      }
    }
    runs += 1
    epochs = max(epochs, course.areas.count)
    images += run.trainingImages * course.areas.count
    trainingSeconds += course.trainingSeconds.reduce(0, +)
    evaluationSeconds += course.evaluationSeconds.reduce(0, +)
  }
}
