import Diagnostics
import Foundation
import Results
import Specs
import TestSupport
import Testing

@Suite("Results of one name")
struct SpecOwnerTests {
  @Test("are collected for the spec that has them, and for another only when it is gone")
  func collecting() throws {
    try withTemporaryFolder { folder in
      func load(_ name: String) throws -> Experiment {
        let path = "\(folder)/\(name).yaml"
        let text = "name: one\ndataset: {name: digits}\nheld_out: [0, 1]\nseeds: [0, 1]\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try Experiment.load(path: path)
      }
      let (first, second) = (try load("first"), try load("second"))
      try writeRuns(identified(first), of: first, to: folder)
      let path = try collect(first, in: folder)
      let summary = try bytes(path)
      expectProblem(.usage, "second.yaml: its name 'one' is that of \(folder)/first.yaml") {
        _ = try collect(second, in: folder)
      }
      #expect(try bytes(path) == summary)
      try FileManager.default.removeItem(atPath: "\(folder)/first.yaml")
      try collect(second, in: folder)
      #expect(try Summary.read(from: path).specPath == "\(folder)/second.yaml")
    }
  }

  @Test("are known by the record in their folder before there is a summary")
  func recorded() throws {
    try withTemporaryFolder { folder in
      let text = "dataset: {name: digits}\n"
      try Data("name: one\n\(text)".utf8).write(to: URL(fileURLWithPath: "\(folder)/first.yaml"))
      let first = try Experiment.load(path: "\(folder)/first.yaml")
      let second = try Experiment.parse(text: "name: one\n\(text)", path: "\(folder)/second.yaml")
      try AtomicFile.createFolder("\(folder)/one")
      try SpecOwner.require(second, results: folder, summarized: nil)
      try SpecOwner.record(first, results: folder)
      try SpecOwner.require(first, results: folder, summarized: nil)
      expectProblem(.usage, "give it another `name`") {
        try SpecOwner.require(second, results: folder, summarized: nil)
      }
    }
  }
}
