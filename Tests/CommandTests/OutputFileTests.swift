import Foundation
import Testing

@Suite("A file that the user names for output")
struct OutputFileTests {
  @Test("is never a result, a spec, a folder, a device or standard output")
  func refusals() throws {
    try withWorkplace { workplace in
      let finished = try workplace.layOutResults()
      let run = Workplace.runFile(finished.identifiers[0])
      try workplace.write(finished.runs[finished.identifiers[0], default: []], to: "run.png")
      func contents() throws -> [Data] {
        try [run, "results/parts.h5", "parts.yaml", "run.png"].map {
          try Data(contentsOf: URL(fileURLWithPath: workplace.path($0)))
        }
      }
      let (files, before) = (workplace.files(), try contents())
      let commands = [
        ["report", "parts.yaml", "-o"], ["report", "parts.yaml", "--markdown", "-o"],
        ["export", run, "--format", "onnx", "-o"],
      ]
      for output in [run, "results/parts.h5", "parts.yaml", "results", ".", "new/", "-", "/dev/null"] {
        for command in commands {
          let outcome = try Program.run(command + [output], in: workplace.folder)
          #expect(outcome.status == 64 && outcome.isMessage, "\(command) \(output): \(outcome.error)")
          #expect(outcome.error.hasPrefix("ganomaly: \(output): "), "\(command): \(outcome.error)")
          #expect(outcome.error.contains("(name another file with --output)"))
        }
      }
      let figure = try workplace.run("rank", "parts.yaml", "--figure", "run.png")
      #expect(figure.status == 64 && figure.error.contains("another file with --figure"), "\(figure.error)")
      #expect(workplace.files() == files)
      #expect(try contents() == before)
    }
  }

  @Test("may be one letter, and replaces an earlier one")
  func replaced() throws {
    try withWorkplace { workplace in
      let run = Workplace.runFile(try workplace.layOutResults().identifiers[0])
      for _ in 1...2 {
        let report = try workplace.run("report", "parts.yaml", "-o", "p")
        #expect(report.status == 0 && report.output == "p\n", "\(report.error)")
        let export = try workplace.run("export", run, "--format", "onnx", "-o", "m")
        #expect(export.status == 0 && export.output == "m\n", "\(export.error)")
      }
      #expect(workplace.leftovers().isEmpty)
    }
  }
}
