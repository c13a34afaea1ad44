extension AUCTable {
  /// The values in tidy form as RFC 4180 has it (rows end with CR LF, the first holds the names): one row for
  /// each detector, held-out class and seed, with all digits, and an empty value where it is missing.
  public var csv: String {
    var rows = [["detector", "held_out", "seed", "metric", "value"]]
    for (detector, byHeldOut) in zip(detectors, values) {
      for (heldOut, bySeed) in zip(heldOut, byHeldOut) {
        for (seed, value) in zip(seeds, bySeed) {
          rows.append([detector, heldOut, String(seed), metric, value.map { String($0) } ?? ""])
        }
      }
    }
    return csvText(rows)
  }
}

/// Rows as RFC 4180 has them.
func csvText(_ rows: [[String]]) -> String {
  rows.map { $0.map(csvQuoted).joined(separator: ",") + "\r\n" }.joined()
}

/// `field`, in quotes where it holds a comma, a quote or a line end.
private func csvQuoted(_ field: String) -> String {
  // By bytes: CR LF is a single Character.
  guard field.utf8.contains(where: { #",""#.utf8.contains($0) || $0 == 0x0D || $0 == 0x0A }) else {
    return field
  }
  return "\"" + field.replacing("\"", with: "\"\"") + "\""
}
