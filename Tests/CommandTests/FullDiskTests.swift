import Foundation
import TestSupport
import Testing

@Suite("A full disk", .serialized)
struct FullDiskTests {
  /// Of 252 KB a checkpoint, 264 KB and more a run file, and less for each run in the summary.
  private static let training = SmallTraining(heldOut: "[0, 1]", width: 4, epochs: 1)
  private static let undisturbed = Result { try training.undisturbed().result }

  /// The first of the two runs, done.
  private func layOut(_ workplace: Workplace) throws {
    try workplace.write(Self.training.spec, to: "small.yaml")
    let first = try Program.run(
      Self.training.arguments + ["--set", "held_out=[0]"], in: workplace.folder)
    #expect(first.status == 0, "\(first.error)")
  }

  /// What is told, what is still there, and that the same command completes once there is room.
  private func check(
    _ outcome: Program.Outcome, names words: String, _ reason: String, _ workplace: Workplace
  )
    throws
  {
    #expect(outcome.status == 74, "\(outcome.error)")
    #expect(!outcome.wasSignalled)
    #expect(outcome.output.isEmpty)
    let last = try #require(outcome.errorLines.last)
    #expect(last.hasPrefix("ganomaly: results/"), "\(last)")
    #expect(last.contains(words) && last.contains(reason) && last.contains("(make room there"), "\(last)")
    #expect(workplace.leftovers().isEmpty)
    let table = try workplace.run("table", "results/small.h5")
    #expect(table.status == 0 && table.output.contains("ganomaly"), "\(table.error)")
    let plan = try workplace.run("plan", "small.yaml", "--set", "held_out=[0]")
    #expect(plan.output.contains("1 done, 0 missing"), "\(plan.output)")
  }

  @Test(
    "is told with the file that found no room, keeps what is there, and costs no bit of the result",
    arguments: [(400, ".checkpoint.h5: "), (505, ".h5: ")])
  func fileSize(blocks: Int, file: String) throws {
    try withWorkplace { workplace in
      try layOut(workplace)
      // A limit on the size of files, in blocks of 512 bytes.
      let outcome = try Program.run(
        shell: "ulimit -f \(blocks); exec \(Self.training.command)", in: workplace.folder)
      try check(outcome, names: file, "File too large", workplace)
      if blocks == 505 { #expect(outcome.error.contains(".checkpoint.h5") == false) }
      #expect(try Self.training.finish(workplace) == Self.undisturbed.get())
    }
  }

  @Test(
    "of a file system is no different", .enabled(if: SmallDisk.isAvailable),
    arguments: [600, 800, 880])
  func fileSystem(kilobytes: Int) throws {
    try withWorkplace { workplace in
      let disk = try SmallDisk(at: workplace.folder, kilobytes: 20_000)
      defer { disk.remove() }
      try layOut(workplace)
      try disk.resize(kilobytes: kilobytes)
      let outcome = try Program.run(Self.training.arguments, in: workplace.folder)
      try check(outcome, names: ".h5: ", "No space left on device", workplace)
      try disk.resize(kilobytes: 20_000)
      #expect(try Self.training.finish(workplace) == Self.undisturbed.get())
    }
  }
}

/// A file system in memory, of a size that can be changed.
private struct SmallDisk {
  let folder: String

  struct Failure: Error { var status: Int32 }

  /// Whether this process may mount one.
  static let isAvailable =
    (try? withTemporaryFolder { folder in
      try SmallDisk(at: "\(folder)/disk", kilobytes: 100).remove()
      return true
    }) ?? false

  init(at folder: String, kilobytes: Int) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Self.run("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder)
  }

  func resize(kilobytes: Int) throws {
    try Self.run("mount", "-o", "remount,size=\(kilobytes)k", folder)
  }

  func remove() {
    do { try Self.run("umount", folder) } catch { Issue.record(error) }
  }

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
  }
}
