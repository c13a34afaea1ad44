import ArgumentParser
import Datasets
import Diagnostics
import Foundation
import Settings

extension DataCommand {
  struct Fetch: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Download published data sets and verify them.",
      discussion: """
        Each file is taken from the first mirror that answers; an interrupted download resumes. A file gets its final \
        name only after its checksum matches. Without a network, the message says which file to place where.
        """)

    @Argument(help: "Data sets, as `ganomaly data list` names them.")
    var datasets: [DatasetName]

    @Option(
      name: .long, help: "Destination folder. (default: $GANOMALY_DATA, or data/)",
      completion: .directory)
    var data: String?

    @Option(
      name: .long,
      help: ArgumentHelp("URL of a folder to try before the built-in mirrors.", valueName: "url"))
    var mirror: [String] = []

    func run() throws {
      for dataset in datasets { try fetch(dataset) }
    }

    private var mirrors: [String] { mirror.map { $0.hasSuffix("/") ? $0 : $0 + "/" } }

    private var folder: String { DataSearchPath.ownFolder(option: data) }

    private func fetch(_ dataset: DatasetName) throws {
      guard let files = DatasetFiles.declared(for: dataset) else {
        let reason =
          dataset == .digits ? "is part of the program" : "is your own: put it in the data folder"
        throw Problem(.usage, at: dataset.rawValue, "the data set \(reason); there is nothing to fetch")
      }
      if let unpacked = unpacked(dataset, files) {
        return try Terminal.write("\(dataset.rawValue)  \(unpacked): already there")
      }
      for download in files.downloads {
        let outcome = try Fetcher().fetch(
          Download(download, of: files, mirrors: mirrors), into: Self.destination(of: download, in: folder)
        ) { progress in
          if Terminal.isInteractive { Terminal.overwriteLine(Self.describe(progress)) }
        }
        Terminal.clearLine()
        try Terminal.write(
          "\(dataset.rawValue)  \(folder)/\(download.path): \(outcome == .fetched ? "fetched" : "already there")"
        )
      }
    }

    /// Where the data set is complete without the archive it comes in; nil if it is not.
    private func unpacked(_ dataset: DatasetName, _ files: DatasetFiles) -> String? {
      let isDownloaded = files.downloads.contains {
        FileManager.default.fileExists(atPath: (folder as NSString).appendingPathComponent($0.path))
      }
      let place = DataSearchPath(candidates: [DataSearchPath.Candidate(folder, .option)])
      var settings = DatasetSettings()
      settings.name = dataset
      return isDownloaded ? nil : try? place.locate(settings).path
    }

    private static func destination(of download: DatasetFiles.Download, in folder: String) -> String {
      (folder as NSString).appendingPathComponent((download.path as NSString).deletingLastPathComponent)
    }

    private static func describe(_ progress: DownloadProgress) -> String {
      func megabytes(_ bytes: Double) -> String { String(format: "%.1f MB", bytes / 1e6) }
      let done = megabytes(Double(progress.bytesDone))
      let total = progress.bytesTotal.map { " of \(megabytes(Double($0)))" } ?? ""
      return "\(progress.fileName)  \(done)\(total)  \(megabytes(progress.bytesPerSecond))/s"
    }
  }
}
