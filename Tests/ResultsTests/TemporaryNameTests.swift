import Foundation
import Specs
import TestSupport
import Testing

@testable import Results

@Suite("The name of a file while it is written")
struct TemporaryNameTests {
  @Test("is another for every file, also of one path in one process")
  func unique() {
    let names = (0..<1000).map { _ in TemporaryName(of: "results/a.h5").path }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.hasPrefix("results/a.h5.tmp-") && $0.utf8.count < 200 })
  }

  @Test("says whose file it is")
  func parsed() throws {
    let made = TemporaryName(of: "results/runs/0123.checkpoint.h5")
    let found = try #require(TemporaryName((made.path as NSString).lastPathComponent))
    #expect(found.finalName == "0123.checkpoint.h5")
    #expect(found.isOf(.current))
    #expect(found.isBeingWritten == true)
    var container = ProcessIdentity.current
    container.machine += " another namespace"
    #expect(!found.isOf(container), "two containers of one host may both have a process 1")
  }

  @Test("of a host whose name holds dashes and other letters is read again")
  func hosts() {
    for host in ["node-1-2", "größe.example", "-", "", String(repeating: "x", count: 300)] {
      var process = ProcessIdentity.current
      process.host = host
      let own = ProcessIdentity.current
      let name = TemporaryName(of: "a.h5").path.replacing(
        TemporaryName.token(of: own), with: TemporaryName.token(of: process))
      #expect(TemporaryName(name)?.isOf(process) == true, "\(name)")
      #expect(TemporaryName(name)?.isOf(own) == false, "\(name)")
    }
  }

  @Test("fits a file system for the longest name of an experiment, with weights that were imported")
  func longestName() {
    let name = String(repeating: "n", count: Experiment.longestName) + "-imported-0123cdef"
    #expect(Experiment.isName(name) && !Experiment.isName("n" + name))
    var process = Self.elsewhere
    process.host = String(repeating: "h", count: 300)
    process.number = .max
    #expect(left(by: process, of: "\(name).html").utf8.count <= 255)
  }

  @Test("of before it held a machine is known by the process alone")
  func former() throws {
    let name = try #require(TemporaryName("a.h5.tmp-\(getpid())"))
    #expect(name.isBeingWritten == true)
    #expect(name.isOf(.current))
    #expect(TemporaryName("a.h5.tmp-4194305")?.isBeingWritten == false)
  }

  @Test(
    "is none of these",
    arguments: [
      "a.h5", "a.h5.tmp-", "a.h5.tmp-x", "a.h5.tmp-0", "a.h5.tmp--1", "a.h5.tmp-host-x-y", "a.h5.tmp-host-12",
      "a.h5.tmp-99999999999",
    ])
  func foreign(name: String) { #expect(TemporaryName(name) == nil) }

  @Test("keeps two writers of one file apart, where nothing else does")
  func collision() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try AtomicFile.write(path) { outer in
        try Data("outer".utf8).write(to: URL(fileURLWithPath: outer))
        // A process of the same number in another container, in the middle of the first one's work.
        try AtomicFile.write(path) { try Data("inner".utf8).write(to: URL(fileURLWithPath: $0)) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "inner")
        #expect(try String(contentsOfFile: outer, encoding: .utf8) == "outer")
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "outer")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test("leads to what a killed process has left of a run and its weights, and to nothing of another's")
  func remainsOfRun() throws {
    try withTemporaryFolder { results in
      let ours = ["runs/r.h5", "runs/r.checkpoint.h5", "runs/r.failed", "weights/r-3.h5"]
      let others = ["runs/s.h5", "weights/s-3.h5"]
      let removed = ours.map { left(by: Self.dead, of: "\(results)/x/\($0)") }
      let kept =
        others.map { left(by: Self.dead, of: "\(results)/x/\($0)") }
        + ours.flatMap { [left(by: Self.elsewhere, of: "\(results)/x/\($0)"), "\(results)/x/\($0)"] }
      for path in removed + kept {
        try AtomicFile.write(path) { try Data().write(to: URL(fileURLWithPath: $0)) }
      }
      try RunPaths(results: results, experiment: "x", identifier: "r").removeRemains(of: Self.dead)
      for path in removed { #expect(!FileManager.default.fileExists(atPath: path), "\(path)") }
      for path in kept { #expect(FileManager.default.fileExists(atPath: path), "\(path)") }
    }
  }

  @Test("leads to what a process has left of a summary, when it was killed while it collected")
  func remainsOfSummary() throws {
    let experiment = try sampleExperiment()
    try withTemporaryFolder { results in
      try writeRuns(identified(experiment), of: experiment, to: results)
      let path = SummaryFile.path(results: results, experiment: experiment.name)
      let killed = left(by: Self.dead, of: path)
      let kept = [
        left(by: Self.elsewhere, of: path), TemporaryName(of: path).path,
        left(by: Self.dead, of: "\(results)/other.h5"),
      ]
      for path in [killed] + kept { try Data().write(to: URL(fileURLWithPath: path)) }
      try collect(experiment, in: results)
      #expect(!FileManager.default.fileExists(atPath: killed))
      for path in kept { #expect(FileManager.default.fileExists(atPath: path), "\(path)") }
    }
  }

  /// A number that Linux never gives.
  private static let dead = process(on: ProcessIdentity.current.machine)
  private static let elsewhere = process(on: "another")

  private static func process(on machine: String) -> ProcessIdentity {
    var process = ProcessIdentity.current
    process.number = 4_194_305
    process.machine = machine
    return process
  }

  /// The path of the temporary file that a process would write for another.
  private func left(by process: ProcessIdentity, of path: String) -> String {
    TemporaryName(of: path).path
      .replacing(TemporaryName.token(of: .current), with: TemporaryName.token(of: process))
      .replacing("-\(getpid())-", with: "-\(process.number)-")
  }
}
