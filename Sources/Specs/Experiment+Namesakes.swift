import Foundation

extension Experiment {
  /// Whether the spec at a path gives another experiment this one's name.
  ///
  /// Another path to this experiment's spec does not, nor does the same path below another folder `experiments`, as in
  /// a second clone or among the installed specs. Neither does a spec that is gone or has another name by now.
  public func isNamesake(ofSpec path: String) -> Bool {
    let own = source.path
    guard identity(path) != identity(own), libraryPath(path) != libraryPath(own), SpecLibrary.isFile(path)
    else { return false }
    // A spec that cannot be read may still have the name.
    return (try? Experiment.load(path: path)).map { $0.name == name } ?? true
  }
}

/// The path below the innermost folder `experiments`; the whole path if there is none.
private func libraryPath(_ path: String) -> String {
  let whole = URL(fileURLWithPath: path).standardizedFileURL.path
  let folder = whole.range(of: "/\(SpecLibrary.localFolder)/", options: .backwards)
  return folder.map { String(whole[$0.upperBound...]) } ?? whole
}
