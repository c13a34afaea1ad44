import Diagnostics
import Settings

extension PublishedTable {
  /// Reads the tables of a file of published values.
  ///
  /// - Throws: all problems found, each with its place: `.usage` for wrong content, `.missingInput` for a missing file,
  ///   `.inputOutput` for an unreadable one.
  public static func read(path: String) throws(SpecProblems) -> [PublishedTable] {
    let text: String
    let wanted = "a file of published values, such as experiments/published/mnist-auroc.yaml"
    do { text = try readSpecText(path, wanted: wanted) } catch { throw SpecProblems(error) }
    return try parse(text: text, path: path)
  }

  /// Reads `text` as the file at `path`, which need not exist. Throws like `read`.
  public static func parse(text: String, path: String) throws(SpecProblems) -> [PublishedTable] {
    let root: SpecNode?
    do {
      root = try readYAML(text) { position in
        position.map { "\(path):\($0.line):\($0.column)" } ?? path
      }
    } catch {
      throw SpecProblems(error)
    }
    guard let root else {
      throw SpecProblems(
        Problem(.usage, at: path, "is empty", hint: "a file of published values begins with `tables:`"))
    }
    var reader = PublishedReader()
    let tables = reader.tables(root)
    if !reader.problems.isEmpty { throw SpecProblems(reader.problems) }
    return tables
  }
}

/// The keys of a file of published values, by level.
private enum PublishedKey {
  static let file = ["tables"]
  static let table = [
    "dataset", "metric", "protocol", "source", "certainty", "decimals", "notes", "classes", "rows",
  ]
  static let row = [
    "method", "detector", "certainty", "suspected_metric", "notes", "values", "spreads", "certainties",
  ]
}

/// Walks the tree of a file and collects the problems.
private struct PublishedReader {
  var problems: [Problem] = []

  private static let areaForm = SettingForm.number(NumberRange(0, 1))

  mutating func tables(_ root: SpecNode) -> [PublishedTable] {
    let file = members(of: root, "the file", keys: PublishedKey.file, required: PublishedKey.file)
    guard let node = file["tables"], let tables = list(node, "'tables'") else { return [] }
    return tables.map { table($0) }
  }

  private mutating func table(_ node: SpecNode) -> PublishedTable {
    let members = members(
      of: node, "a table", keys: PublishedKey.table,
      required: ["dataset", "metric", "protocol", "source", "certainty", "classes", "rows"])
    let classes = (members["classes"].flatMap { list($0, "'classes'") } ?? []).compactMap { node in
      text(node.asClassWord, "a class")
    }
    if let repeated = classes.first(where: { name in classes.count { $0 == name } > 1 }) {
      refuse(
        members["classes"]?.place ?? node.place, "the class '\(repeated)' occurs more than once in 'classes'")
    }
    let certainty: Certainty = choice(members["certainty"], "'certainty'") ?? .uncertain
    let decimals = members["decimals"].flatMap { decimalCount($0) } ?? PublishedValue.usualDecimals
    let rows = members["rows"].flatMap { list($0, "'rows'") } ?? []
    return PublishedTable(
      dataset: text(members["dataset"], "'dataset'") ?? "",
      metric: choice(members["metric"], "'metric'") ?? .auroc,
      evaluation: choice(members["protocol"], "'protocol'") ?? .oneClassAnomalous,
      source: text(members["source"], "'source'") ?? "", notes: text(members["notes"], "'notes'") ?? "",
      classes: classes,
      rows: rows.map { row($0, classes: classes.count, certainty: certainty, decimals: decimals) },
      place: node.place)
  }

  private mutating func row(
    _ node: SpecNode, classes: Int, certainty: Certainty, decimals: Int
  ) -> PublishedRow {
    let members = members(of: node, "a row", keys: PublishedKey.row, required: ["method", "values"])
    let certainty: Certainty = choice(members["certainty"], "'certainty'") ?? certainty
    let spreads = elements(members["spreads"], "'spreads'", count: classes)
    let certainties = elements(members["certainties"], "'certainties'", count: classes)
    let values = elements(members["values"], "'values'", count: classes) ?? []
    return PublishedRow(
      method: text(members["method"], "'method'") ?? "",
      detector: text(members["detector"], "'detector'") ?? "",
      suspectedMetric: choice(members["suspected_metric"], "'suspected_metric'"),
      notes: text(members["notes"], "'notes'") ?? "",
      values: values.enumerated().map { index, node in
        guard let value = area(node, "a value") else { return nil }
        return PublishedValue(
          value, spread: spreads.flatMap { area($0[index], "a spread") },
          certainty: certainties.flatMap { choice($0[index], "a certainty") } ?? certainty,
          decimals: decimals)
      })
  }

  // MARK: Kinds of value

  /// The values of a mapping by key; unknown and missing keys are refused.
  private mutating func members(
    of node: SpecNode, _ subject: String, keys: [String], required: [String]
  ) -> [String: SpecNode] {
    guard case .mapping(let entries) = node.content else {
      refuse(node.place, "\(subject) must be a mapping of keys to values, not \(node.found)")
      return [:]
    }
    for entry in entries where !keys.contains(entry.key) {
      refuse(
        entry.keyPlace, "unknown key '\(entry.key)' in \(subject)",
        hint: nearest(to: entry.key, among: keys).map { "did you mean '\($0)'?" }
          ?? "the keys are \(keys.joined(separator: ", "))")
    }
    let members = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
    for key in required where members[key] == nil { refuse(node.place, "\(subject) has no '\(key)'") }
    return members
  }

  private mutating func list(_ node: SpecNode, _ subject: String) -> [SpecNode]? {
    if case .list(let nodes) = node.content, !nodes.isEmpty { return nodes }
    refuse(node.place, "\(subject) must be a list of at least one element, not \(node.found)")
    return nil
  }

  /// A list with one element per class.
  private mutating func elements(_ node: SpecNode?, _ subject: String, count: Int) -> [SpecNode]? {
    guard let node, let nodes = list(node, subject) else { return nil }
    guard nodes.count == count else {
      refuse(
        node.place, "\(subject) has \(nodes.count) elements for \(count) classes",
        hint: "write null where nothing is published")
      return nil
    }
    return nodes
  }

  /// nil for `null` as well.
  private mutating func area(_ node: SpecNode, _ subject: String) -> Double? {
    if case .null = node.content { return nil }
    return number(node, subject)
  }

  private mutating func decimalCount(_ node: SpecNode) -> Int? {
    if case .integer(let count) = value(node, .integer(1...6), "'decimals'") { count } else { nil }
  }

  private mutating func number(_ node: SpecNode, _ subject: String) -> Double? {
    if case .number(let number) = value(node, Self.areaForm, subject) { number } else { nil }
  }

  private mutating func text(_ node: SpecNode?, _ subject: String) -> String? {
    guard let node else { return nil }
    guard case .text(let text) = value(node, .text, subject) else { return nil }
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private mutating func choice<Choice: SettingChoice>(_ node: SpecNode?, _ subject: String) -> Choice? {
    guard let node,
      case .text(let word) = value(
        node, .choice(Choice.allCases.map(\.rawValue)), subject)
    else { return nil }
    return Choice(rawValue: word)
  }

  private mutating func value(_ node: SpecNode, _ form: SettingForm, _ subject: String) -> SettingValue? {
    do { return try form.value(of: node, for: subject) } catch {
      problems.append(error)
      return nil
    }
  }

  private mutating func refuse(_ place: String, _ cause: String, hint: String = "") {
    problems.append(Problem(.usage, at: place, cause, hint: hint))
  }
}
