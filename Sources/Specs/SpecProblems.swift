import Diagnostics

/// Everything that is wrong with a spec, found in one reading.
public struct SpecProblems: Error, Equatable, Sendable {
  /// At least one, in the order in which they were found.
  public let problems: [Problem]

  /// - Precondition: `problems` is not empty.
  init(_ problems: [Problem]) {
    precondition(!problems.isEmpty, "no problems, yet thrown")
    self.problems = problems
  }

  init(_ problem: Problem) { self.init([problem]) }

  /// The status with which the process ends: the first problem's.
  public var exitStatus: Int32 { problems[0].exitStatus }
}

extension SpecProblems: CustomStringConvertible {
  /// One line a problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
