import Foundation
import Results

/// AUROC of every evaluation in a summary: each choice of score, pass and epoch, on the same trainings.
public struct EvaluationsTable: Sendable, Equatable {
  private let areas: [SummaryEvaluations.Area]
  /// One table per area, in the same order.
  private let tables: [AUCTable]
  /// The table of the first area, which always exists.
  private let first: AUCTable

  /// - Precondition: the evaluations are of this summary; there is at least one.
  public init(_ summary: Summary, _ evaluations: SummaryEvaluations) {
    precondition(!evaluations.areas.isEmpty, "no evaluations of \(summary.experiment)")
    areas = evaluations.areas
    let headline = AUCTable(summary)
    tables = areas.map { area in
      AUCTable(
        title: headline.title, metric: headline.metric, detectors: summary.detectors,
        heldOut: summary.heldOut, classRole: summary.classRole, seeds: summary.seeds, values: area.values,
        failures: headline.failures,
        allowsMeanOverHeldOut: headline.allowsMeanOverHeldOut)
    }
    first = tables[0]
    let absences = tables.flatMap(\.notesOnAbsence).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    notes =
      [
        first.seeds.count > 1
          ? "mean and sample standard deviation over \(first.seeds.count) seeds (\(listed(first.seeds)))"
          : "one seed (\(listed(first.seeds)))",
        "Every row evaluates the same trainings. The experiment's own: \(summary.headline).",
        "mean-of-last: over the last epochs, on the samples that every epoch is evaluated on. best-on-test: each row's "
          + "own best epoch on the test set itself, optimistic. batch-normals-first: nearly "
          + "every test batch holds a single kind, and its statistics reveal which: optimistic.",
      ] + absences + [AbsentClasses(summary).note].compactMap { $0 }
  }

  private let notes: [String]

  /// One row per evaluation of one detector.
  private func grid(detector: Int) -> Grid {
    let hasPass = areas.contains { !$0.pass.isEmpty }
    let header = ["score"] + (hasPass ? ["pass"] : []) + ["epoch"] + first.heldOut
    let hasMean = first.hasMeanOverHeldOut
    let rows = zip(areas, tables).map { area, table in
      var summaries = table.heldOut.indices.map { table.summary(detector: detector, heldOut: $0) }
      if hasMean { summaries.append(table.meanSummary(detector: detector)) }
      return [Grid.Cell(area.score)] + (hasPass ? [Grid.Cell(area.pass)] : []) + [
        Grid.Cell(area.epoch)
      ]
        + summaries.enumerated().map { position, summary in
          let isFailed = table.hasFailure(detector: detector, heldOut: position)
          return table.seeds.count > 1
            ? Grid.Cell(meanAndDeviation: summary, isFailed: isFailed)
            : Grid.Cell(mean: summary, isFailed: isFailed)
        }
    }
    return Grid(
      detector: first.detectors[detector], nameColumns: names, header: header + (hasMean ? ["mean"] : []),
      rows: rows)
  }

  private var documents: [GridDocument] {
    first.detectors.indices.map { detector in
      let grid = grid(detector: detector)
      return GridDocument(
        caption: first.caption(of: grid), grid: grid,
        notes: detector == first.detectors.count - 1 ? notes : [])
    }
  }
}

extension EvaluationsTable: RenderedTable {
  public func text(width: Int, bold: Bool) -> String {
    var lines: [String] = []
    for document in documents {
      if !lines.isEmpty { lines.append("") }
      lines += wrapped(document.caption, to: width) + [""]
      let parts = document.grid.parts(fitting: width)
      for (index, part) in parts.enumerated() { lines += (index > 0 ? [""] : []) + textLines(of: part) }
    }
    lines += [""] + notes.flatMap { wrapped($0, to: width) }
    return lines.map { $0 + "\n" }.joined()
  }

  /// How many leading columns name a row.
  private var names: Int { areas.contains { !$0.pass.isEmpty } ? 3 : 2 }

  public var markdown: String { documents.map(\.markdown).joined(separator: "\n") }
  public var latex: String { documents.map(\.latex).joined(separator: "\n") }

  /// Tidy CSV (RFC 4180): one row per detector, evaluation, class and seed.
  public var csv: String {
    let header = ["detector", "score", "pass", "epoch", first.classRole.key, "seed", "metric", "value"]
    var rows = [header + ["status"]]
    for (area, table) in zip(areas, tables) {
      for detector in table.detectors.indices {
        for heldOut in table.heldOut.indices {
          for (seed, value) in table.values[detector][heldOut].enumerated() {
            rows.append([
              table.detectors[detector], area.score, area.pass, area.epoch, table.heldOut[heldOut],
              String(table.seeds[seed]), table.metric, value.map { String($0) } ?? "",
              table.status(detector: detector, heldOut: heldOut, seed: seed),
            ])
          }
        }
      }
    }
    return csvText(rows)
  }

  /// JSON with sorted keys: `values` by detector, class and seed for each evaluation; null marks a missing value.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let all = zip(areas, tables).map { area, table in
      JSONValue.object([
        "score": .text(area.score), "pass": .text(area.pass), "epoch": .text(area.epoch),
        "values": .list(
          table.values.map { .list($0.map { .list($0.map { .number($0 ?? .nan) }) }) }),
      ])
    }
    let table = JSONValue.object([
      "title": .text(first.title), "metric": .text(first.metric),
      "detector": .list(first.detectors.map(JSONValue.text)),
      first.classRole.key: .list(first.heldOut.map(JSONValue.text)),
      "seed": .list(first.seeds.map(JSONValue.integer)), "evaluations": .list(all),
      "notes": .list(notes.map(JSONValue.text)),
    ])
    do {
      return String(decoding: try encoder.encode(table), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("a table of strings and finite numbers was not encoded: \(error)")
    }
  }
}
