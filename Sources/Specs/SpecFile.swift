import Diagnostics
import Foundation

/// The entries of one file, or of the command line.
struct SpecLayer {
  var entries: [SpecEntry]
  /// The file's path; empty for the command line.
  var path: String
}

/// Reads a spec file.
///
/// - Parameters:
///   - wanted: the kind of file, with an example, for the hint.
///   - place: where another file names this one; nil for a path that the user gives.
/// - Throws: `.missingInput` if there is no file, `.inputOutput` if it cannot be read, `.usage` for a folder or text
///   that is not UTF-8.
func readSpecText(
  _ path: String, wanted: String = "a spec, such as experiments/quickstart.yaml",
  askedFrom place: String? = nil
) throws(Problem) -> String {
  let place = place ?? path
  let named = place == path ? "" : " '\(path)'"
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    guard named.isEmpty else {
      throw Problem(
        .missingInput, at: place, "there is no file\(named)",
        hint: "the path is relative to the spec in which it stands")
    }
    throw Problem(
      .missingInput, at: path.isEmpty ? "''" : path, "no such file",
      hint: neighbor(of: path).map { "did you mean '\($0)'?" } ?? "name \(wanted)")
  }
  if isFolder.boolValue {
    throw Problem(.usage, at: place, "is a folder\(named), not a spec", hint: "name a YAML file")
  }
  let data: Data
  do {
    data = try Data(contentsOf: URL(fileURLWithPath: path))
  } catch {
    throw Problem(.inputOutput, at: place, "cannot read the file\(named): \(systemReason(error))")
  }
  guard let text = String(validating: data, as: UTF8.self) else {
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
    throw Problem(.usage, at: "\(path):\(line + 1)", "is not UTF-8 text", hint: "save the file as UTF-8")
  }
  return text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
}

/// The spec in the same folder with the name nearest to that of `path`; nil if none is close.
private func neighbor(of path: String) -> String? {
  let folder = parentFolder(of: path)
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
  // Compare without the extension, which would make any two short names look alike.
  let stems = names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }.sorted()
  let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
  guard !stem.isEmpty else { return nil }
  return nearest(to: stem, among: stems).map { folder.appending(component: $0 + ".yaml") }
}

/// The file at `path` and all files it extends, the most distant base first.
///
/// - Throws: the first problem that prevents reading a file: bad YAML, an empty file, no mapping, a missing base, or a
///   cycle of bases.
func specLayers(text: String, path: String) throws(Problem) -> [SpecLayer] {
  var layers: [SpecLayer] = []
  var (text, path) = (text, path)
  while true {
    let layer = try specLayer(text: text, path: path)
    layers.append(layer)
    guard let node = layer.entries.first(where: { $0.key == SpecKey.extends.rawValue })?.value else { break }
    guard let base = node.text, !base.isEmpty else {
      throw Problem(.usage, at: node.place, "'extends' must be the path of a spec, not \(node.found)")
    }
    path = base.hasPrefix("/") ? base : parentFolder(of: path).appending(component: base)
    if layers.contains(where: { identity($0.path) == identity(path) }) {
      let circle = (layers.map(\.path) + [path]).joined(separator: " → ")
      throw Problem(
        .usage, at: node.place, "the specs extend each other in a circle: \(circle)",
        hint: "take one `extends` out")
    }
    text = try readSpecText(path, askedFrom: node.place)
  }
  return layers.reversed()
}

/// A file's entries, with unchecked keys.
private func specLayer(text: String, path: String) throws(Problem) -> SpecLayer {
  let root = try readYAML(text) { position in
    position.map { "\(path):\($0.line):\($0.column)" } ?? path
  }
  guard let root else {
    throw Problem(.usage, at: path, "is empty", hint: "a spec says at least `dataset: {name: …}`")
  }
  guard case .mapping(let entries) = root.content else {
    throw Problem(
      .usage, at: root.place, "a spec must be a mapping of keys to values, not \(root.found)",
      hint: "begin with `dataset: {name: …}`")
  }
  return SpecLayer(entries: entries, path: path)
}

extension String {
  /// The path of `component` in this folder.
  fileprivate func appending(component: String) -> String { isEmpty ? component : "\(self)/\(component)" }
}

/// Equal for paths of the same file, however they are written.
func identity(_ path: String) -> String {
  URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
}
