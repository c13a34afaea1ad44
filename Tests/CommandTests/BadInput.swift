import Testing

/// Something that a user may ask for and that must be refused.
struct BadInput: Sendable, CustomTestStringConvertible {
  var title: String
  /// The exit status.
  var status: Int32
  /// What the message must say: the place, the trouble and the remedy.
  var words: [String]
  /// Lays out the bad input, and gives the arguments that lead to it.
  var prepare: @Sendable (Workplace) throws -> [String]

  init(
    _ title: String, _ status: Int32, _ words: String...,
    prepare: @escaping @Sendable (Workplace) throws -> [String]
  ) {
    (self.title, self.status, self.words, self.prepare) = (title, status, words, prepare)
  }

  var testDescription: String { title }

  /// Runs the program and checks all that is asked of a refusal.
  func check() throws {
    try withWorkplace { workplace in
      let arguments = try prepare(workplace)
      let outcome = try Program.run(arguments, in: workplace.folder)
      let command = "ganomaly \(arguments.joined(separator: " "))\n\(outcome.error)"
      #expect(!outcome.wasSignalled, "ended by signal \(outcome.status): \(command)")
      #expect(outcome.status == status, "\(command)")
      #expect(outcome.output.isEmpty, "on standard output: \(outcome.output)")
      #expect(outcome.isMessage, "\(command)")
      for word in words { #expect(outcome.error.contains(word), "without '\(word)': \(command)") }
      for noise in Self.noise { #expect(!outcome.error.contains(noise), "with '\(noise)': \(command)") }
      #expect(workplace.leftovers() == [])
    }
  }

  /// What no message may hold: the words of a crash, and of libraries that speak to programmers.
  private static let noise = [
    "Fatal error", "Crash", "crashed", "Backtrac", "Error Domain", "NSCocoa", "couldn’t be completed",
    "could not be completed", "Swift.", "Optional(", "unable to", ".tmp-", "()", "  (",
  ]
}

extension Program.Outcome {
  /// Whether standard error holds a message and nothing else: lines of ours, or the argument parser's form.
  var isMessage: Bool {
    guard let first = errorLines.first else { return false }
    guard first.hasPrefix("Error: ") else { return errorLines.allSatisfy { $0.hasPrefix("ganomaly: ") } }
    let isFormed = errorLines.dropFirst().allSatisfy { line in
      ["  - ", "Help:  ", "Usage: ganomaly ", "  See 'ganomaly "].contains { line.hasPrefix($0) }
    }
    return isFormed && errorLines.contains { $0.hasPrefix("Usage: ") }
  }
}

@Suite("Bad input")
struct BadInputTests {
  @Test("on the command line is refused with the usage", arguments: BadInput.commandLines)
  func commandLine(_ bad: BadInput) throws { try bad.check() }

  @Test("in a spec is refused with its place and a remedy", arguments: BadInput.specs)
  func spec(_ bad: BadInput) throws { try bad.check() }

  @Test("in a published data set is refused with the file and a remedy", arguments: BadInput.publishedData)
  func publishedData(_ bad: BadInput) throws { try bad.check() }

  @Test("in an image folder is refused with the file and a remedy", arguments: BadInput.imageFolders)
  func imageFolder(_ bad: BadInput) throws { try bad.check() }

  @Test("among the results is refused with the file and a remedy", arguments: BadInput.results)
  func results(_ bad: BadInput) throws { try bad.check() }

  @Test("for the parity check is refused with the file and a remedy", arguments: BadInput.goldenFiles)
  func goldenFile(_ bad: BadInput) throws { try bad.check() }

  @Test("is tried in many ways")
  func count() {
    let all =
      BadInput.commandLines + BadInput.specs + BadInput.publishedData + BadInput.imageFolders
      + BadInput.results + BadInput.goldenFiles
    #expect(all.count >= 90)
    #expect(Set(all.map(\.title)).count == all.count)
  }
}
