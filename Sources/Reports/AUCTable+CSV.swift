extension AUCTable {
  /// The values as tidy CSV with all digits, one row per detector, class and seed (RFC 4180: rows end with CR LF, the
  /// first row holds the names).
  ///
  /// The class column is `held_out` or `normal_class`. The value is empty where the status is `missing`, or `failed`
  /// for a failed run.
  public var csv: String {
    var rows = [["detector", classRole.key, "seed", "metric", "value", "status"]]
    for detector in detectors.indices {
      for row in heldOut.indices {
        for seed in seeds.indices {
          let value = values[detector][row][seed]
          rows.append([
            detectors[detector], heldOut[row], String(seeds[seed]), metric, value.map { String($0) } ?? "",
            status(detector: detector, heldOut: row, seed: seed),
          ])
        }
      }
    }
    return csvText(rows)
  }

  /// `done`, `missing`, or `failed` for a value that is missing because its run failed.
  func status(detector: Int, heldOut: Int, seed: Int) -> String {
    if values[detector][heldOut][seed] != nil { return "done" }
    return hasFailure(detector: detector, heldOut: heldOut, seed: seed) ? "failed" : "missing"
  }
}

/// Formats rows as RFC 4180 CSV.
public func csvText(_ rows: [[String]]) -> String {
  rows.map { $0.map(csvQuoted).joined(separator: ",") + "\r\n" }.joined()
}

/// `field`, quoted if it contains a comma, a quote or a line break.
private func csvQuoted(_ field: String) -> String {
  // Compare bytes: CR LF is a single Character.
  guard field.utf8.contains(where: { #",""#.utf8.contains($0) || $0 == 0x0D || $0 == 0x0A }) else {
    return field
  }
  return "\"" + field.replacing("\"", with: "\"\"") + "\""
}
