import Foundation
import TestSupport
import Testing

/// The form in which the argument parser describes a command (`--experimental-dump-help`).
private struct CommandDump: Decodable {
  struct Command: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }

    var kind: String
    var names: [Name]?

    /// As in `--threads`; nil for what takes no value.
    var option: String? {
      guard kind == "option" else { return nil }
      return names?.first { $0.kind == "long" }.map { "--\($0.name)" }
    }
  }

  var command: Command
}

/// An option of a command, and arguments that make the command end before it trains anything.
private struct CommandOption {
  var arguments: [String]
  var option: String
}

@Suite("Options that take a number")
struct IntegerOptionTests {
  /// Zero, one, a negative number, the ends of the integers, what lies just beyond them, and the same as parts.
  private static let numbers = [
    "0", "-1", "1025", "2147483648", "\(Int.max)", "\(Int.min)", "9223372036854775808",
    "-9223372036854775809",
  ]
  private static let parts = [
    "1/0", "0/0", "-1/-1", "-1/0", "1/-1", "\(Int.max)/\(Int.max)", "\(Int.max)/0", "0/\(Int.max)",
    "1/\(Int.min)", "\(Int.min)/\(Int.min)", "9223372036854775808/9223372036854775808",
  ]

  /// What makes each command short; where two options of the same name stand, the last holds.
  private static let arguments: [String: [String]] = [
    "run": ["digits.yaml", "--dry-run"], "plan": ["digits.yaml"], "submit": ["digits.yaml", "--dry-run"],
    "status": ["digits.yaml"], "collect": ["digits.yaml"], "clean": ["digits.yaml"],
    "validate": ["digits.yaml"], "table": ["absent.h5"], "compare": ["absent.h5"], "paired": ["absent.h5"],
    "audit": ["absent.h5"], "rank": ["absent.h5"], "report": ["absent.h5"],
    "score": ["absent.h5", "absent.png"], "export": ["absent.h5", "--format", "onnx"],
    "import": ["absent.safetensors", "--spec", "digits.yaml"],
    "parity": ["absent.h5"], "bench": ["--side", "48", "--seconds", "0"], "schema": [], "data list": [],
    "data verify": ["mnist"], "data fetch": ["digits"], "list": [], "init": ["mine"], "devices": [],
    "verify": ["absent"], "read-through": ["absent.h5"],
  ]

  @Test("end no command by a signal, whatever number they are given")
  func extremes() throws {
    try withWorkplace { workplace in
      try workplace.write(Spec.digits, to: "digits.yaml")
      var numeric: [String] = []
      for option in try options(in: workplace) {
        guard try takesNumbers(option, in: workplace) else { continue }
        numeric.append("\(option.arguments[0]) \(option.option)")
        let values = try isAccepted("1", option, in: workplace) ? Self.numbers : Self.parts
        for value in values { try check(value, option, in: workplace) }
      }
      // Those that there were when this was written; a new one is found by itself.
      for known in ["run --part", "run --threads", "plan --jobs", "submit --array-limit", "bench --batch"] {
        #expect(numeric.contains(known), "\(numeric)")
      }
      #expect(workplace.leftovers() == [])
    }
  }

  @Test(
    "bound the width of a table as the environment gives it",
    arguments: ["0", "-1", "1", "\(Int.max)", "\(Int.min)", "9223372036854775808"])
  func columns(value: String) throws {
    try withWorkplace { workplace in
      try workplace.write(Spec.digits, to: "digits.yaml")
      let outcome = try Program.run(
        shell: "COLUMNS=\(value) \"$GANOMALY\" run digits.yaml --threads 1 --set held_out=[1]",
        in: workplace.folder)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.contains("ganomaly"))
    }
  }

  /// All options with a value of all commands, as the program itself describes them.
  private func options(in workplace: Workplace) throws -> [CommandOption] {
    let dump = try workplace.run("--experimental-dump-help")
    let root = try JSONDecoder().decode(CommandDump.self, from: Data(dump.output.utf8)).command
    var options: [CommandOption] = []
    func add(_ command: CommandDump.Command, _ path: [String]) throws {
      let subcommands = (command.subcommands ?? []).filter { $0.commandName != "help" }
      for subcommand in subcommands { try add(subcommand, path + [subcommand.commandName]) }
      guard subcommands.isEmpty else { return }
      let others = try #require(
        Self.arguments[path.joined(separator: " ")], "a new command, \(path): say what makes it short")
      options += (command.arguments ?? []).compactMap(\.option).map {
        CommandOption(arguments: path + others, option: $0)
      }
    }
    try add(root, [])
    return options
  }

  /// Whether the option refuses a word, and takes a number or a part.
  private func takesNumbers(_ option: CommandOption, in workplace: Workplace) throws -> Bool {
    guard try !isAccepted("word", option, in: workplace) else { return false }
    return try isAccepted("1", option, in: workplace) || isAccepted("1/1", option, in: workplace)
  }

  private func isAccepted(_ value: String, _ option: CommandOption, in workplace: Workplace) throws -> Bool {
    try !run(value, option, in: workplace).error.contains("'\(value)' is invalid for '")
  }

  private func check(_ value: String, _ option: CommandOption, in workplace: Workplace) throws {
    let outcome = try run(value, option, in: workplace)
    #expect(
      !outcome.wasSignalled,
      "signal \(outcome.status): \(option.arguments.joined(separator: " ")) \(option.option)=\(value)")
    #expect(!outcome.error.contains("Fatal error"), "\(outcome.error)")
  }

  private func run(
    _ value: String, _ option: CommandOption, in workplace: Workplace
  ) throws -> Program.Outcome {
    try Program.run(option.arguments + ["\(option.option)=\(value)"], in: workplace.folder)
  }
}
