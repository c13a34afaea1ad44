import ArgumentParser
import Datasets
import Diagnostics
import Foundation
import Settings

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Find, verify and download data sets.",
    subcommands: [List.self, Verify.self, Fetch.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List data sets and where they are.")

    @OptionGroup var options: DataOptions

    func run() throws {
      let entries = options.search.inventory()
      let width = entries.map(\.title.count).max() ?? 0
      for entry in entries {
        let title = entry.title.padding(toLength: width, withPad: " ", startingAt: 0)
        try Terminal.write("\(title)  \(describe(entry))")
      }
    }

    private func describe(_ entry: InventoryEntry) -> String {
      switch entry.state {
      case .embedded: "part of the program"
      case .found(let path): path
      case .incomplete(let path, let missing):
        "\(path), but without \(missing.joined(separator: ", ")): \(entry.remedy)"
      case .absent: "not found: \(entry.remedy)"
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Verify sizes and checksums of published data sets.",
      discussion: """
        Also recomputes the cached fingerprints that identify a run's data, and corrects any that are wrong.
        """)

    @Argument(help: "Data sets. (default: all that are found)")
    var datasets: [DatasetName] = []

    @OptionGroup var options: DataOptions

    func run() throws {
      let search = options.search
      var named = datasets
      if named.isEmpty {
        named = search.inventory().filter { entry in
          guard DatasetFiles.declared(for: entry.dataset) != nil else { return false }
          return entry.state != .absent
        }.map(\.dataset)
      }
      if named.isEmpty { Terminal.writeError("No published data set found; see `ganomaly data list`.") }
      var worst: Problem?
      for dataset in named {
        let reports = DatasetFiles.verify(dataset, in: search)
        for report in reports {
          let remedy = DatasetFiles.declared(for: dataset)?.remedy ?? ""
          let state =
            report.isIntact
            ? "is intact" : "cannot be verified, as only the checksum of the packed file is known"
          let verdict =
            report.problem?.hinting(remedy).description
            ?? "\(report.path ?? report.name): \(report.name) \(state)"
          try Terminal.write("\(dataset.rawValue)  \(verdict)")
          worst = worst ?? report.problem
        }
        if reports.allSatisfy({ $0.problem == nil }) { try verifyFingerprints(dataset) }
        if reports.isEmpty { try Terminal.write("\(dataset.rawValue)  has no published checksums") }
      }
      if let worst { throw ExitCode(worst.exitStatus) }
    }

    private func verifyFingerprints(_ dataset: DatasetName) throws {
      for report in try FingerprintCache.standard()?.verify(dataset, in: options.search) ?? [] {
        let verdict = report.isRight ? "is correct" : "was wrong and has been corrected"
        try Terminal.write("\(dataset.rawValue)  the fingerprint (\(report.title)) \(verdict)")
      }
    }
  }
}

extension DatasetName: ExpressibleByArgument {}
