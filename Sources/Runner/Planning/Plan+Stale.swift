import Diagnostics
import Results
import Specs

/// A stored run that the experiment no longer asks for.
public struct StaleRun: Sendable, Equatable {
  /// The id of the stored run.
  public var identifier: String
  /// Why the experiment does not ask for its id, such as `detector.learning_rate 0.0002, now 0.002`; at least one.
  public var reasons: [String]
}

extension Plan {
  /// Explains why each stale run is stale, in the order of `stale`.
  ///
  /// A run is compared with the requested run of the same class and seed; if there are several, with the one of the
  /// first hundred that differs in the fewest values. Each stored spec is read.
  ///
  /// - Parameter most: the most runs to explain, since each takes some milliseconds.
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
    if origin.numericsVersion != String(numericsVersion) {
      reasons.append("numerics version \(origin.numericsVersion), now \(numericsVersion)")
    }
    return reasons.isEmpty ? ["its id was computed differently"] : reasons
  }
}

/// Requested runs by class and seed, to compare stale ones with.
private struct Peers {
  private struct Key: Hashable {
    var heldOut: String
    var seed: Int

    init(_ run: Run) {
      heldOut = run.heldOut
      seed = run.seed
    }
  }

  /// A sweep has one per configuration.
  private static let most = 100

  private let runs: [Key: [Run]]
  /// Cached for the keys looked up so far.
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
