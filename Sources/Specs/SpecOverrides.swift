import Diagnostics

/// The layer of the `--set key.path=value` options; each value is parsed as YAML.
///
/// - Parameter problems: receives an option's problem; the place of everything in an option is its own text.
func specLayer(overrides: [String], problems: inout [Problem]) -> SpecLayer {
  var entries: [SpecEntry] = []
  for option in overrides {
    do {
      entries.append(try specEntry(override: option))
    } catch {
      problems.append(error)
    }
  }
  return SpecLayer(entries: entries, path: "")
}

private func specEntry(override option: String) throws(Problem) -> SpecEntry {
  let place = "--set \(option)"
  let halves = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
  let keys = halves[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  guard halves.count == 2, !keys.contains("") else {
    throw Problem(
      .usage, at: place, "is not of the form key.path=value", hint: "for example detector.width=32")
  }
  if keys[0] == SpecKey.extends.rawValue {
    throw Problem(
      .usage, at: place, "'extends' cannot be set from the command line", hint: "write it into the spec")
  }
  var node =
    try readYAML(String(halves[1]), locate: { _ in place }) ?? SpecNode(content: .null, place: place)
  for key in keys.dropFirst().reversed() {
    node = SpecNode(content: .mapping([SpecEntry(key: key, keyPlace: place, value: node)]), place: place)
  }
  return SpecEntry(key: keys[0], keyPlace: place, value: node)
}
