import Foundation
import TestSupport

/// A temporary folder in which the program is run, and what lies there.
struct Workplace {
  let folder: String

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Writes a file, and the folders above it.
  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func createFolder(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

  func run(_ arguments: String...) throws -> Program.Outcome { try Program.run(arguments, in: folder) }

  /// Every file in and below the folder, sorted.
  func files() -> [String] {
    (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []).sorted()
  }

  /// Files that should have gone with the run that made them.
  func leftovers() -> [String] { files().filter { $0.contains(".tmp") || $0.hasSuffix(".part") } }
}

func withWorkplace<Result>(_ body: (Workplace) throws -> Result) throws -> Result {
  try withTemporaryFolder { try body(Workplace(folder: $0)) }
}

/// Specs that are as small as they can be.
enum Spec {
  static let digits = text("digits")
  static let mnist = text("mnist")
  static let cifar10 = text("cifar10")
  /// Of the image folder `parts`, with two runs.
  static let parts = text("folder, folder: parts, channels: 1", seeds: "[0, 1]")

  private static func text(_ dataset: String, seeds: String = "[0]") -> String {
    """
    dataset: {name: \(dataset), side: 32}
    detector: {latent_size: 4, width: 2, epochs: 1, batch_size: 4}
    seeds: \(seeds)

    """
  }
}
