import Diagnostics
import Testing

/// Expects `body` to throw a problem of this kind whose description contains `words`.
public func expectProblem(
  _ kind: Problem.Kind, _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was refused, expected '\(words)'", sourceLocation: sourceLocation)
  } catch let problem as Problem {
    #expect(problem.kind == kind, "\(problem)", sourceLocation: sourceLocation)
    #expect(problem.description.contains(words), "\(problem)", sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}
