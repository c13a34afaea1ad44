import Diagnostics
import Foundation
import Settings
import Yams

/// Reads the only YAML document in `text`.
///
/// Built from Yams' nodes, since its decoder drops unknown keys and has no positions.
///
/// - Parameter locate: makes a place from a line and a column, both from 1 (columns in Unicode scalars); nil if the
///   position is unknown.
/// - Returns: nil if the document is empty.
/// - Throws: `.usage` for invalid YAML, a second document, a key that is not text, or tags.
func readYAML(_ text: String, locate: (Position?) -> String) throws(Problem) -> SpecNode? {
  do {
    // `plainScalar` resolves scalars, since it distinguishes quoted from plain ones. The encoding is explicit because
    // Yams would otherwise read it from the environment.
    let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
    guard let root = try parser.nextRoot() else { return nil }
    if let second = try parser.nextRoot() {
      throw Problem(
        .usage, at: locate(Position(second.mark)), "a second YAML document begins here",
        hint: "a spec is one document: put the other into a file of its own")
    }
    var budget = largestNodeCount
    let node = try specNode(root, &budget, locate)
    if case .null = node.content { return nil }
    return node
  } catch let error as YamlError {
    throw problem(for: error, locate)
  } catch let problem as Problem {
    throw problem
  } catch {
    throw Problem(.usage, at: locate(nil), "cannot be read as YAML: \(error)")
  }
}

/// A line and a column, both from 1.
struct Position {
  var line: Int
  var column: Int

  init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  init?(_ mark: Mark?) {
    guard let mark else { return nil }
    self.init(line: mark.line, column: mark.column)
  }
}

/// More values than any spec has: a few lines of nested aliases can expand to more than fits in memory.
private let largestNodeCount = 10_000

/// - Parameter budget: how many more nodes are allowed.
private func specNode(
  _ node: Node, _ budget: inout Int, _ locate: (Position?) -> String
) throws(Problem) -> SpecNode {
  let place = locate(Position(node.mark))
  budget -= 1
  guard budget >= 0 else {
    throw Problem(
      .usage, at: place, "more than \(largestNodeCount) values, counting those repeated by aliases",
      hint: "write out what the spec needs, without aliases")
  }
  try refuseTag(of: node, at: place)
  switch node {
  case .scalar(let scalar):
    let quoted = scalar.style != .plain || scalar.tag.rawValue == Tag.Name.str.rawValue
    guard let value = quoted ? .text(scalar.string) : plainScalar(scalar.string) else {
      return SpecNode(content: .null, place: place)
    }
    return SpecNode(content: .scalar(value, spelling: scalar.string, quoted: quoted), place: place)
  case .sequence(let sequence):
    var elements: [SpecNode] = []
    for element in sequence { elements.append(try specNode(element, &budget, locate)) }
    return SpecNode(content: .list(elements), place: place)
  case .mapping(let mapping):
    var entries: [SpecEntry] = []
    for (key, value) in mapping { entries.append(try specEntry(key, value, &budget, locate)) }
    return SpecNode(content: .mapping(entries), place: place)
  case .alias(let alias):
    throw Problem(.usage, at: place, "the alias '*\(alias.anchor.rawValue)' has no anchor")
  }
}

private func specEntry(
  _ key: Node, _ value: Node, _ budget: inout Int, _ locate: (Position?) -> String
) throws(Problem) -> SpecEntry {
  let place = locate(Position(key.mark))
  // Yams' check for duplicate keys has tagged every plain key as text: go by the spelling.
  guard case .scalar(let scalar) = key, scalar.style != .plain || isText(plainScalar(scalar.string)) else {
    let found =
      switch key {
      case .scalar(let scalar): "'\(scalar.string)'"
      case .sequence: "a list"
      case .mapping, .alias: "a mapping"
      }
    throw Problem(.usage, at: place, "a key must be a word, not \(found)")
  }
  guard scalar.string != "<<" || scalar.style != .plain else {
    throw Problem(
      .usage, at: place, "'<<' would merge another mapping, which specs do not support",
      hint: "write the values out, or `extends` the spec that has them")
  }
  return SpecEntry(key: scalar.string, keyPlace: place, value: try specNode(value, &budget, locate))
}

private func isText(_ value: SettingValue?) -> Bool {
  if case .text = value { true } else { false }
}

private func refuseTag(of node: Node, at place: String) throws(Problem) {
  // Not `Node.tag`, which returns the resolved tag instead of the written one.
  let tag: Tag =
    switch node {
    case .scalar(let scalar): scalar.tag
    case .sequence(let sequence): sequence.tag
    case .mapping(let mapping): mapping.tag
    case .alias(let alias): alias.tag
    }
  let allowed: [Tag.Name] = [.implicit, .nonSpecific, .str, .seq, .map]
  guard !allowed.contains(where: { $0.rawValue == tag.rawValue }) else { return }
  let short = tag.rawValue.replacing("tag:yaml.org,2002:", with: "!!")
  throw Problem(
    .usage, at: place, "the tag '\(short)' has no meaning in a spec", hint: "write the value alone")
}

private func problem(for error: YamlError, _ locate: (Position?) -> String) -> Problem {
  switch error {
  case .scanner(let context, let problem, let mark, let yaml),
    .parser(let context, let problem, let mark, let yaml),
    .composer(let context, let problem, let mark, let yaml):
    if character(at: mark, of: yaml) == "\t" {
      return Problem(
        .usage, at: locate(Position(mark)), "a tab where YAML takes only spaces", hint: "write spaces")
    }
    // libyaml's own message names the function that raises the limit.
    let reason = problem.hasPrefix("Maximum nesting level reached") ? "it is nested too deeply" : problem
    let words = context.map { "\($0.text.trimmingCharacters(in: .whitespaces)): \(reason)" } ?? reason
    return Problem(.usage, at: locate(Position(mark)), "not valid YAML: \(words)")
  case .reader(let problem, let offset, _, let yaml):
    return Problem(
      .usage, at: locate(offset.map { position(of: $0, in: yaml) }), "not valid YAML: \(problem)")
  case .duplicatedKeysInMapping(let keys, let context):
    let words = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
    return Problem(
      .usage, at: locate(Position(context.mark)),
      "the \(keys.count == 1 ? "key \(words) occurs" : "keys \(words) occur") more than once in one mapping",
      hint: "keep one of them")
  default:
    return Problem(.usage, at: locate(nil), "cannot be read as YAML: \(error)")
  }
}

/// The character at a mark; nil if there is none.
private func character(at mark: Mark, of text: String) -> Unicode.Scalar? {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  guard lines.indices.contains(mark.line - 1) else { return nil }
  return lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1).first
}

/// The position of the character at `offset`.
private func position(of offset: Int, in text: String) -> Position {
  let before = text.prefix(offset)
  let lineStart = before.lastIndex(where: \.isNewline).map(before.index(after:)) ?? before.startIndex
  return Position(
    line: before.count(where: \.isNewline) + 1, column: before[lineStart...].unicodeScalars.count + 1)
}
