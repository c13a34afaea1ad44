import Foundation
import Parity

/// A parity report as lines for the terminal.
enum ParityText {
  static func render(_ report: ParityReport, quiet: Bool) -> String {
    var lines = [report.path]
    if report.rows.contains(where: { $0.verdict == .noVerdict }) {
      lines.append("  (no verdict where rounding alone moves a quantity beyond its bound)")
    }
    var groups: [String] = []
    for row in report.rows where !groups.contains(row.group) { groups.append(row.group) }
    for group in groups {
      let rows = report.rows.filter { $0.group == group }
      lines.append("  \(group)")
      let worst = rows.max { $0.error < $1.error }
      for row in rows where !quiet || row.verdict == .failed || row.quantity == worst?.quantity {
        lines.append("    " + line(row))
      }
    }
    let counts = Dictionary(grouping: report.rows, by: \.verdict).mapValues(\.count)
    lines.append(
      "  \(counts[.passed] ?? 0) passed, \(counts[.failed] ?? 0) failed, \(counts[.noVerdict] ?? 0) without verdict"
    )
    return lines.joined(separator: "\n")
  }

  private static func line(_ row: ParityRow) -> String {
    let name = row.quantity.padding(toLength: max(60, row.quantity.count), withPad: " ", startingAt: 0)
    let spread = row.verdict == .noVerdict ? " moves by \(row.spread.map(number) ?? "")" : ""
    let torch = row.torchError.map { "torch " + number($0) } ?? ""
    return "\(name) \(row.measure.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)) "
      + "\(number(row.error))  bound \(number(row.bound))  \(row.verdict.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)) "
      + torch + spread
  }

  private static func number(_ value: Double) -> String { String(format: "%.1e", value) }
}
