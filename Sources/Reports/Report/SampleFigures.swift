import Metrics
import Results

/// Figures of single runs: ROC and precision–recall curves, score histograms, feature embeddings and galleries.
struct SampleFigures {
  /// The ranking behind one table row; for an image folder, one anomaly kind against all normals.
  private struct Ranking {
    var heldOut: String
    var receiver: [LineChart.Point]
    var precisionRecall: [LineChart.Point]
    var metrics: DetectionMetrics
  }

  private let pointsInPlot: Int
  private var rankings: [Ranking] = []
  private var curves: ReportSection
  private var histograms: ReportSection
  private var embeddings: ReportSection
  private var galleries: ReportSection

  /// Curves per figure, at most.
  private static let mostCurves = 10

  /// - Parameters:
  ///   - sweepNote: says which rows are shown, if not all are.
  ///   - pointsInPlot: the most points drawn of an embedding.
  init(sweepNote: String?, pointsInPlot: Int) {
    self.pointsInPlot = pointsInPlot
    let first = "The first seed's run of each class."
    let text = [[sweepNote, first].compactMap { $0 }.joined(separator: " ")]
    curves = ReportSection(
      title: "Curves by threshold",
      text: [text[0] + " In the legend, the area below the curve, or the average precision."])
    histograms = ReportSection(
      title: "Scores of normal and anomalous samples",
      text: [text[0] + " Shares of each kind; the last bin takes the highest half percent as well."],
      isOfSmallFigures: true)
    embeddings = ReportSection(
      title: "Features", text: [text[0] + " The detector's features of test samples, in the plane."],
      isOfSmallFigures: true)
    galleries = ReportSection(
      title: "Samples",
      text: [
        text[0]
          + " Error maps are |input − reconstruction|, smoothed: violet for 0, yellow from a quarter of the range."
      ])
  }

  /// The sections that have figures.
  var sections: [ReportSection] {
    [curves, histograms, embeddings, galleries].filter { !$0.figures.isEmpty }
  }

  /// Draws the figures of one run; its curves are drawn by `finishRow`.
  mutating func add(_ run: SummaryRun, of contents: SummaryContents, _ names: inout FigureNames) throws {
    let scores = try contents.scores(of: run)
    let summary = contents.summary
    // An image folder's run fills one row per anomaly kind.
    for heldOut in run.heldOut == summary.pooledRow ? summary.heldOut : [run.heldOut] {
      let ranking =
        heldOut == run.heldOut
        ? try ranking(heldOut, scores: scores.ranking.scores, scores.ranking.isAnomalous)
        : try kindRanking(heldOut, scores)
      // Without both kinds of samples there is no curve.
      if ranking.metrics.areaUnderROC.isFinite { rankings.append(ranking) }
    }
    let title = "\(run.row), \(summary.classRole.phrase(run.heldOut))"
    let name = names.next("histogram", run.row, run.heldOut)
    if !scores.headline.isEmpty {
      histograms.figures.append(
        Figure(
          name: name, title: title,
          ScoreHistogram(scores: scores.headline, isAnomalous: scores.isAnomalous)
            .drawing(title: "Scores: \(title)", identifier: name, threshold: scores.threshold)))
    }
    if let features = try contents.features(of: run, scores: scores) {
      addEmbeddings(features, scores, title: title, run, &names)
    }
    for gallery in try contents.galleries(of: run, scores: scores) where !gallery.samples.isEmpty {
      let heading = "\(title): \(gallery.name.title)"
      galleries.figures.append(
        Figure(
          name: names.next("samples", run.row, run.heldOut, gallery.name.rawValue),
          title: heading + Self.files(of: gallery, scores),
          GalleryFigure(title: heading, gallery: gallery, scores: scores).drawing))
    }
  }

  /// The files of the samples shown; empty for a data set without files.
  private static func files(of gallery: Gallery, _ scores: RunScores) -> String {
    guard !scores.fileNames.isEmpty else { return "" }
    return ": " + gallery.samples.prefix(GalleryFigure.columns).map(scores.name).joined(separator: ", ")
  }

  /// One anomaly kind against all normals.
  private func kindRanking(_ kind: String, _ scores: RunScores) throws -> Ranking {
    let samples = scores.headline.indices.filter { !scores.isAnomalous[$0] || scores.className($0) == kind }
    return try ranking(
      kind, scores: samples.map { scores.headline[$0] }, samples.map { scores.isAnomalous[$0] })
  }

  /// Draws the curves of the runs added since the last call.
  mutating func finishRow(_ row: String, _ names: inout FigureNames) {
    for start in stride(from: 0, to: rankings.count, by: Self.mostCurves) {
      let part = rankings[start..<min(rankings.count, start + Self.mostCurves)]
      let unit = 0.0...1.0
      let receiverTitle = "\(row): ROC curves"
      let receiver = LineChart(
        title: receiverTitle, x: LineChart.Axis(name: "false positive rate", domain: unit),
        y: LineChart.Axis(name: "true positive rate", domain: unit),
        series: part.map {
          LineChart.Series(
            name: "\($0.heldOut) \(threeDecimals($0.metrics.areaUnderROC))", points: $0.receiver,
            value: $0.metrics.areaUnderROC)
        }, hasDiagonal: true, marksPoints: false)
      curves.figures.append(
        Figure(name: names.next("roc", row), title: receiverTitle, receiver.drawing))
      let precisionTitle = "\(row): precision and recall"
      let precision = LineChart(
        title: precisionTitle, x: LineChart.Axis(name: "recall", domain: unit),
        y: LineChart.Axis(name: "precision", domain: unit),
        series: part.map {
          LineChart.Series(
            name: "\($0.heldOut) \(threeDecimals($0.metrics.averagePrecision))", points: $0.precisionRecall,
            value: $0.metrics.averagePrecision)
        }, marksPoints: false)
      curves.figures.append(
        Figure(name: names.next("precision-recall", row), title: precisionTitle, precision.drawing))
    }
    rankings = []
  }

  private func ranking(_ heldOut: String, scores: [Float], _ isAnomalous: [Bool]) throws -> Ranking {
    let ranked = try RankedScores(scores: scores, isAnomalous: isAnomalous)
    let curve = ROCCurve(ranked, droppingIntermediate: true)
    let receiver = zip(curve.falsePositiveRates, curve.truePositiveRates).map { LineChart.Point($0, $1) }
    var precisionRecall = zip(ranked.truePositives, ranked.falsePositives).map { found, alarmed in
      LineChart.Point(
        Double(found) / Double(ranked.anomalousCount), Double(found) / Double(found + alarmed))
    }
    if let first = precisionRecall.first { precisionRecall.insert(LineChart.Point(0, first.y), at: 0) }
    func drawable(_ points: [LineChart.Point]) -> [LineChart.Point] {
      simplified(points.filter { $0.x.isFinite && $0.y.isFinite }, tolerance: 0.002)
    }
    return Ranking(
      heldOut: heldOut, receiver: drawable(receiver), precisionRecall: drawable(precisionRecall),
      metrics: DetectionMetrics(ranked))
  }

  private mutating func addEmbeddings(
    _ stored: StoredFeatures, _ scores: RunScores, title: String, _ run: SummaryRun,
    _ names: inout FigureNames
  ) {
    let features = stored.features
    let width = features.explainedVarianceRatio.count
    func points(_ place: (Int) -> (Float, Float)) -> [ScatterPlot.Point] {
      features.samples.enumerated().map { index, sample in
        let (x, y) = place(index)
        return ScatterPlot.Point(x: x, y: y, isAnomalous: scores.isAnomalous[sample])
      }
    }
    func add(_ kind: String, _ title: String, _ plot: ScatterPlot, _ names: inout FigureNames) {
      let drawn = plot.thinned(to: pointsInPlot)
      let share =
        drawn.points.count < plot.points.count
        ? "; \(drawn.points.count) of \(plot.points.count) samples drawn" : ""
      embeddings.figures.append(
        Figure(name: names.next(kind, run.row, run.heldOut), title: title + share, drawn.drawing))
    }
    if width >= 2 {
      func axis(_ component: Int) -> String {
        let percent = significant(features.explainedVarianceRatio[component] * 100)
        return "component \(component + 1) (\(percent) %)"
      }
      let plot = ScatterPlot(
        title: "Principal components of the features: \(title)", xName: axis(0), yName: axis(1),
        points: points { (features.components[$0 * width], features.components[$0 * width + 1]) })
      add("pca", "\(title): principal components", plot, &names)
    }
    if let embedding = stored.embedding {
      let plot = ScatterPlot(
        title: "t-SNE of the features: \(title)", xName: "t-SNE 1", yName: "t-SNE 2",
        points: points { (embedding.coordinates[2 * $0], embedding.coordinates[2 * $0 + 1]) })
      add(
        "tsne",
        "\(title): t-SNE, perplexity \(significant(embedding.perplexity)), "
          + "divergence \(significant(embedding.divergence))", plot, &names)
    }
  }
}

/// The points that a line needs to stay within `tolerance` of all points (Douglas–Peucker), including the first and the
/// last.
func simplified(_ points: [LineChart.Point], tolerance: Double) -> [LineChart.Point] {
  guard points.count > 2 else { return points }
  var isKept = [Bool](repeating: false, count: points.count)
  (isKept[0], isKept[points.count - 1]) = (true, true)
  var parts = [(0, points.count - 1)]
  while let (first, last) = parts.popLast() {
    let (a, b) = (points[first], points[last])
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = (dx * dx + dy * dy).squareRoot()
    var (farthest, distance) = (first, tolerance)
    for index in first + 1..<max(first + 1, last) {
      let (px, py) = (points[index].x - a.x, points[index].y - a.y)
      let off = length > 0 ? abs(dx * py - dy * px) / length : (px * px + py * py).squareRoot()
      if off > distance { (farthest, distance) = (index, off) }
    }
    guard farthest > first else { continue }
    isKept[farthest] = true
    parts += [(first, farthest), (farthest, last)]
  }
  return zip(points, isKept).compactMap { $1 ? $0 : nil }
}
