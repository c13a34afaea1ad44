import Foundation
import HDF5
import Testing

/// Seconds for all targets together, as `make fuzz` sets it; few inputs of each otherwise.
private let seconds = ProcessInfo.processInfo.environment["GANOMALY_FUZZ"].flatMap(Double.init)

@Suite("Readers of what others have written", .serialized)
struct FuzzTests {
  private static let targets = FuzzTarget.all
  private static let totalWeight = Double(targets.reduce(0) { $0 + $1.weight })
  /// Another for each longer run.
  private static let seed: UInt64 = seconds == nil ? 20_261_127 : UInt64(Date.now.timeIntervalSince1970)

  init() throws {
    let tests = try #require(Bundle.main.executableURL).resolvingSymlinksInPath()
    let program = tests.deletingLastPathComponent().appendingPathComponent("ganomaly").path
    ForeignFileTrial.current.withLock {
      $0 = ForeignFileTrial(executable: program, arguments: ["read-through"])
    }
  }

  @Test("refuse it or read it: none crashes, hangs, or writes a file", arguments: targets)
  func target(_ target: FuzzTarget) throws {
    let begin = ContinuousClock.now
    let share = seconds.map { Duration.seconds($0 * Double(target.weight) / Self.totalWeight) }
    let outcome = try FuzzDriver(target: target, seed: Self.seed).run { count in
      share.map { ContinuousClock.now - begin > $0 } ?? (count >= 300 / target.weight)
    }
    #expect(outcome.strays.isEmpty, "\(outcome.strays.prefix(3))")
    #expect(outcome.written.isEmpty, "\(outcome.written)")
    if seconds != nil {
      let taken = (ContinuousClock.now - begin) / .seconds(1)
      print("\(target.name): \(outcome.count) inputs in \(Int(taken)) s, seed \(Self.seed)")
    }
  }
}
