import Diagnostics
import Foundation

/// Refuses a summary that is named twice, also by different paths.
func requireDistinct(_ paths: [String], hint: String) throws(Problem) {
  var known: Set<String> = []
  for path in paths {
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path
    guard known.insert(file).inserted else {
      throw Problem(.usage, at: path, "the experiment is given twice", hint: hint)
    }
  }
}
