import Results
import Specs

/// Successive halving, rung by rung: the part of a plan that depends on results.
extension Plan {
  /// The number of rungs planned so far; 0 without successive halving.
  public var plannedRungs: Int { experiment.rungs.count - openRungs.count }

  /// The updated plan if results now ask for runs that this one lacks; otherwise nil.
  ///
  /// That is the next rung or, if a run has succeeded that failed before, other configurations on a rung.
  public func continued() throws -> Plan? {
    guard !experiment.rungs.isEmpty else { return nil }
    let next = try Plan(experiment, dataset: dataset, results: results, mostRungs: nil)
    let planned = Set(entries.lazy.map(\.run.identifier))
    return next.entries.contains { !planned.contains($0.run.identifier) } ? next : nil
  }
}

/// Determines which of an experiment's configurations run, and for how many epochs.
struct Ladder {
  let experiment: Experiment
  let dataFingerprint: String
  let results: String

  /// The entries of all configurations; with successive halving, rung by rung as far as results decide.
  ///
  /// - Parameters:
  ///   - mostRungs: the most rungs to plan, whatever the results.
  ///   - entry: looks up a run.
  func entries(
    mostRungs: Int?, entry: (IdentifiedRun) throws -> Plan.Entry
  ) throws -> (entries: [Plan.Entry], open: [Halving.Rung]) {
    func entries(_ configuration: Configuration, epochs: Int?) throws -> [Plan.Entry] {
      try experiment.identifiedRuns(of: configuration, epochs: epochs, dataFingerprint: dataFingerprint)
        .map(entry)
    }
    let rungs = experiment.rungs
    guard !rungs.isEmpty, let criterion = experiment.sweep?.criterion else {
      return (try experiment.configurations.flatMap { try entries($0, epochs: nil) }, [])
    }
    let reader = try CriterionReader(criterion, experiment: experiment.name, results: results)
    let last = min(rungs.count, mostRungs ?? rungs.count) - 1
    var all: [Plan.Entry] = []
    var configurations = experiment.configurations
    for (index, rung) in rungs.enumerated() {
      let onRung = try configurations.map { try entries($0, epochs: rung.epochs) }
      all += onRung.joined()
      guard index < last, onRung.joined().allSatisfy({ $0.state != .missing }) else {
        return (all, Array(rungs[(index + 1)...]))
      }
      let scores = try onRung.map { try reader.mean(of: $0.lazy.map(\.run)) }
      configurations = best(rungs[index + 1].configurations, of: configurations, scores, by: criterion)
    }
    return (all, [])
  }

  /// The best configurations, in their original order. One with a failed run has no mean and ranks last; ties go to the
  /// first.
  private func best(
    _ count: Int, of configurations: [Configuration], _ scores: [Double], by criterion: SweepCriterion
  ) -> [Configuration] {
    let ranking = scores.indices.sorted { a, b in
      criterion.isBetter(scores[a], than: scores[b])
        || (!criterion.isBetter(scores[b], than: scores[a]) && a < b)
    }
    return ranking.prefix(count).sorted().map { configurations[$0] }
  }
}
