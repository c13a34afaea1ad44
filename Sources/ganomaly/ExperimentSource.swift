import Foundation
import Results
import Specs

/// What the command line names: a spec, by path or name, or a summary file.
enum ExperimentSource {
  case spec(path: String)
  case summary(path: String)

  /// - Throws: `.missingInput` if there is no spec of that name.
  init(_ source: String) throws {
    let library = SpecLibrary.standard
    let isOther = library.find(source) == nil && FileManager.default.fileExists(atPath: source)
    let isSummary = !SpecLibrary.isPath(source) && (source.hasSuffix(".h5") || isOther)
    self = isSummary ? .summary(path: source) : .spec(path: try library.path(of: source))
  }

  /// The path of the summary.
  ///
  /// - Parameter results: the folder of the results.
  func summaryPath(results: String) throws -> String {
    switch self {
    case .summary(let path): path
    case .spec(let path): SummaryFile.path(results: results, experiment: try Experiment.load(path: path).name)
    }
  }

  /// Where the experiment's spec is, or was when the summary was written.
  func specPath(_ summary: Summary) -> String {
    switch self {
    case .summary: summary.specPath
    case .spec(let path): path
    }
  }
}

extension SpecLibrary {
  /// The specs of the working folder, then the installed ones.
  static let standard = SpecLibrary(executable: URL(filePath: Executable.path))
}

/// This program's file.
enum Executable {
  static let path =
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
}
