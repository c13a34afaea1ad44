import Foundation

/// Follows a summary while processes update it.
struct SummaryWatch {
  let path: String

  /// Every collection creates a new file of the same name.
  private struct Version: Equatable {
    var file: Int?
    var changed: Date?
  }

  /// The polling interval, in microseconds.
  private static let interval: UInt32 = 500_000

  /// Shows the summary as soon as it exists and after every change, until it is complete.
  ///
  /// - Parameter show: prints the summary at a path and returns whether it is complete.
  func callAsFunction(_ show: (String) throws -> Bool) throws {
    var shown: Version?
    if version == nil { Terminal.writeError("Waiting for \(path).") }
    while true {
      if let now = version, now != shown {
        if shown != nil { Terminal.clearScreen() }
        shown = now
        if try show(path) { return }
      }
      usleep(Self.interval)
    }
  }

  private var version: Version? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
    return Version(
      file: attributes[.systemFileNumber] as? Int, changed: attributes[.modificationDate] as? Date)
  }
}
