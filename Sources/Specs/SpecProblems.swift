import Diagnostics

/// All problems found in a spec.
public struct SpecProblems: Error, Equatable, Sendable {
  /// At least one, in the order found.
  public let problems: [Problem]

  /// - Precondition: `problems` is not empty.
  init(_ problems: [Problem]) {
    precondition(!problems.isEmpty, "no problems, yet thrown")
    self.problems = problems
  }

  init(_ problem: Problem) { self.init([problem]) }

  /// The process's exit status: the first problem's.
  public var exitStatus: Int32 { problems[0].exitStatus }
}

extension SpecProblems: CustomStringConvertible {
  /// One problem per line.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
