import Diagnostics
import Foundation
import HDF5
import Specs
import Testing

/// A reader, what it reads, and how often.
struct FuzzTarget: Sendable, CustomTestStringConvertible {
  var name: String
  /// Valid inputs, of which others are made.
  var seeds: @Sendable () throws -> [[UInt8]]
  /// How much longer an input takes than one of the fastest targets, so that all get their share of the time.
  var weight: Int
  /// Reads an input, which lies at the path as well.
  var read: @Sendable (_ input: [UInt8], _ path: String) throws -> Void

  init(
    _ name: String, weight: Int = 1, seeds: @escaping @Sendable () throws -> [[UInt8]],
    read: @escaping @Sendable (_ input: [UInt8], _ path: String) throws -> Void
  ) {
    (self.name, self.weight, self.seeds, self.read) = (name, weight, seeds, read)
  }

  var testDescription: String { name }

  /// Inputs that have shown a fault, or stand for a kind of them: `Corpus/NAME/…`.
  var corpus: [[UInt8]] {
    get throws {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Corpus/\(name)").path
      guard FileManager.default.fileExists(atPath: folder) else { return [] }
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)")))
      }
    }
  }

  /// Whether an error is how a reader is to refuse an input.
  static func isRefusal(_ error: any Error) -> Bool {
    error is Problem || error is SpecProblems || error is HDF5Error
  }
}

/// Reads inputs by a target, one after the other, and notes at which it is: a crash or a hang then names its input.
struct FuzzDriver {
  /// An input takes longer only where something is wrong; on a busy machine, a file that is tried in a process apart
  /// takes more than the two seconds of the processor that it may have.
  private static let limit = Duration.seconds(30)

  /// What a run of inputs has come to.
  struct Outcome {
    var count = 0
    /// Errors that are no refusals, each with the number of its input.
    var strays: [(input: Int, error: String)] = []
    /// Files that were written beside the input.
    var written: Set<String> = []
  }

  let target: FuzzTarget
  let seed: UInt64
  /// In memory where the system has such a folder.
  static let folder =
    FileManager.default.isWritableFile(atPath: "/dev/shm")
    ? "/dev/shm/ganomaly-fuzz-\(getpid())" : "\(NSTemporaryDirectory())/ganomaly-fuzz-\(getpid())"

  /// The seeds and the corpus as they are, then mutations of them until `isEnough`.
  func run(until isEnough: (_ count: Int) -> Bool) throws -> Outcome {
    let folder = "\(Self.folder)/\(target.name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let origins = try target.seeds() + target.corpus
    var outcome = Outcome()
    let watch = Watch(target: target.name, limit: Self.limit)
    defer { watch.end() }
    while outcome.count < origins.count || !isEnough(outcome.count) {
      let input = input(outcome.count, of: origins)
      let path = "\(folder)/input"
      try Data(input).write(to: URL(fileURLWithPath: path))
      watch.begin(outcome.count, path)
      do { try target.read(input, path) } catch {
        if !FuzzTarget.isRefusal(error) { outcome.strays.append((outcome.count, "\(error)")) }
      }
      outcome.count += 1
      if outcome.count % 64 == 0 { outcome.written.formUnion(try others(in: folder)) }
    }
    outcome.written.formUnion(try others(in: folder))
    return outcome
  }

  /// The input of a number, from 0.
  func input(_ number: Int, of origins: [[UInt8]]) -> [UInt8] {
    if number < origins.count { return origins[number] }
    var random = SplitMix(seed: seed &+ UInt64(number) &* 0x1000_0001)
    return Mutation.mutate(origins[random.below(origins.count)], &random, beside: origins)
  }

  private func others(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0 != "input" }
  }
}

/// Ends the process where an input takes too long, with the input's place.
private final class Watch: @unchecked Sendable {
  private let lock = NSLock()
  private var current: (number: Int, path: String, begin: ContinuousClock.Instant)?
  private var hasEnded = false

  init(target: String, limit: Duration) {
    Thread.detachNewThread { [self] in
      while true {
        Thread.sleep(forTimeInterval: 0.5)
        let (ended, current) = lock.withLock { (hasEnded, self.current) }
        if ended { return }
        if let current, ContinuousClock.now - current.begin > limit {
          FileHandle.standardError.write(
            Data("fuzzing \(target): input \(current.number) hangs: \(current.path)\n".utf8))
          abort()
        }
      }
    }
  }

  func begin(_ number: Int, _ path: String) { lock.withLock { current = (number, path, .now) } }

  func end() { lock.withLock { hasEnded = true } }
}
