import Diagnostics
import Results
import Specs

/// A stored run that the experiment no longer asks for.
public struct StaleRun: Sendable, Equatable {
  public var identifier: String
  /// Why its id is not among those asked for, such as `detector.learning_rate 0.0002, now 0.002`; at least one.
  public var reasons: [String]
}

extension Plan {
  /// Why each stale run is stale, in the order of `stale`.
  ///
  /// A run is compared with the one of the same class and seed that the experiment asks for; of several,
  /// with the one that differs in the fewest values, among the first hundred. Each stored spec is read.
  ///
  /// - Parameter most: only so many, since that takes some milliseconds for each.
  public func staleRuns(most: Int = .max) -> [StaleRun] {
    guard !stale.isEmpty else { return [] }
    let stale = Array(stale.prefix(most))
    let origins = RunOrigin.read(stale, results: results, experiment: experiment.name)
    var peers = Peers(runs.lazy.map(\.run))
    return zip(stale, origins).map { identifier, origin in
      StaleRun(identifier: identifier, reasons: reasons(identifier, origin, &peers))
    }
  }

  private func reasons(
    _ identifier: String, _ origin: Result<RunOrigin, Problem>, _ peers: inout Peers
  ) -> [String] {
    switch origin {
    case .success(let origin): reasons(origin.run, origin, peers.of(origin.run))
    case .failure(let problem): ["its origin cannot be read: \(problem)"]
    }
  }

  private func reasons(_ run: Run, _ origin: RunOrigin, _ peers: [RunValues]) -> [String] {
    let values = RunValues(run)
    let differences = peers.map { values.differences(from: $0) }.min { $0.count < $1.count }
    guard let differences else {
      return ["the spec no longer asks for \(run.classPhrase) with seed \(run.seed)"]
    }
    var reasons = differences.map { "\($0.key) \($0.value), now \($0.other)" }
    if origin.dataFingerprint != dataset.fingerprint {
      let (old, new) = (origin.dataFingerprint.prefix(12), dataset.fingerprint.prefix(12))
      reasons.append("the data have changed (fingerprint \(old), now \(new))")
    }
    if origin.numericsVersion != String(numerics) {
      reasons.append("numerics version \(origin.numericsVersion), now \(numerics)")
    }
    return reasons.isEmpty ? ["its id was made in another way"] : reasons
  }
}

/// The runs that a stale one is compared with, by what they have in common with it.
private struct Peers {
  private struct Key: Hashable {
    var heldOut: String
    var seed: Int

    init(_ run: Run) {
      heldOut = run.heldOut
      seed = run.seed
    }
  }

  /// A sweep has as many as it has configurations.
  private static let most = 100

  private let runs: [Key: [Run]]
  /// Of those that were asked for.
  private var values: [Key: [RunValues]] = [:]

  init(_ runs: some Sequence<Run>) { self.runs = Dictionary(grouping: runs, by: Key.init) }

  mutating func of(_ run: Run) -> [RunValues] {
    let key = Key(run)
    if let known = values[key] { return known }
    let found = (runs[key] ?? []).prefix(Self.most).map(RunValues.init)
    values[key] = found
    return found
  }
}
