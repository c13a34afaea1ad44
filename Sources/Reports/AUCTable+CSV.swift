extension AUCTable {
  /// The values in tidy form as RFC 4180 has it (rows end with CR LF, the first holds the names): one row for
  /// each detector, class and seed, with all digits; the class is called `held_out` or `normal_class`. The value is empty where the status is `missing`,
  /// or `failed` for a run that has failed.
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

/// Rows as RFC 4180 has them.
public func csvText(_ rows: [[String]]) -> String {
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
