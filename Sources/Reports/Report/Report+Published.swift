import Results
import Specs

extension Report.Reference {
  /// The published AUROC of a summary's detectors, on its data set and with its kind of split. Values that probably are
  /// of another measure are left out; there are none if the data are not the published ones.
  ///
  /// - Throws: `SpecProblems` if the summary holds a spec that this program cannot read.
  public static func published(
    in tables: [PublishedTable], of summary: Summary, path: String
  ) throws(SpecProblems) -> [Report.Reference] {
    // They are not comparable with results on other data.
    guard summary.dataDeviation == nil else { return [] }
    let experiment = try Experiment.parse(text: summary.resolvedSpec, path: "\(path):/spec/resolved")
    let names = Set(experiment.configurations.map(\.detector.name))
    let evaluation: PublishedProtocol =
      experiment.classRole == .normal ? .oneClassNormal : .oneClassAnomalous
    let fitting = tables.filter {
      $0.dataset == experiment.dataset.title && $0.metric == .auroc && $0.evaluation == evaluation
    }
    return fitting.flatMap { table in
      table.rows.filter { names.contains($0.detector) && $0.suspectedMetric == nil }.map { row in
        let values = table.classes.compactMap { name in
          table.value(row, class: name).map { (name, $0.value) }
        }
        return Report.Reference(
          name: row.method, values: Dictionary(values, uniquingKeysWith: { first, _ in first }))
      }
    }
  }
}
