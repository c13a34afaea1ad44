import Hashing
import Settings

/// The part of an id that all runs of a configuration share, so that each id costs one hash.
///
/// Its text is JSON with sorted keys, no spaces, and the shortest numbers that round-trip. Only the held-out class and
/// the seed differ between runs.
struct RunIdentity {
  private let beforeHeldOut: String
  private let afterHeldOut: String

  /// For the ids of trainings.
  ///
  /// - Parameter run: any run of the configuration.
  init(_ run: Run, dataFingerprint: String, numerics: Int) {
    let run = run.normalized
    self.init(
      dataFingerprint, numerics, dataset: JSON(run.dataset.trainingIdentity),
      detector: JSON(run.detector, run.detector.record.trainingIdentity),
      evaluation: JSON(run.evaluation.trainingIdentity), kernels: run.kernels, engine: run.engine,
      imported: run.imported)
  }

  /// For the ids of trainings with their evaluations.
  init(earlier run: Run, dataFingerprint: String, numerics: Int) {
    let run = run.normalized
    self.init(
      dataFingerprint, numerics, dataset: JSON(run.dataset.earlierIdentity),
      detector: JSON(run.detector, run.detector.record.earlierIdentity),
      evaluation: JSON(run.evaluation.earlierIdentity), kernels: Run.fastKernels)
  }

  private init(
    _ dataFingerprint: String, _ numerics: Int, dataset: JSON, detector: JSON, evaluation: JSON,
    kernels: String, engine: ComputeEngine = .cpu, imported: String? = nil
  ) {
    func text(_ members: [(key: String, value: JSON)]) -> String {
      String(JSON.object(members).sorted.compact.dropFirst().dropLast())
    }
    // In key order: data, dataset, detector, engine, held_out, imported, kernels, numerics, protocol, seed.
    beforeHeldOut = text(
      [("data", .text(dataFingerprint)), ("dataset", dataset), ("detector", detector)]
        + (engine == .cpu ? [] : [("engine", .text(engine.rawValue))]))
    afterHeldOut = text(
      (imported.map { [("imported", .text($0))] } ?? [])
        + (kernels == Run.fastKernels ? [] : [("kernels", .text(kernels))]) + [
          ("numerics", .integer(numerics)), ("protocol", evaluation),
        ])
  }

  /// The text that is hashed.
  func text(heldOut: String, seed: Int) -> String { prefix(heldOut: heldOut) + "\(seed)}" }

  /// The ids of the runs with these seeds, in order.
  func identifiers(heldOut: String, seeds: [Int]) -> [String] {
    let prefix = prefix(heldOut: heldOut)
    return seeds.map { seed in
      var text = prefix
      text += String(seed)
      text += "}"
      return String(SHA256.hexadecimal(of: text.utf8).prefix(16))
    }
  }

  private func prefix(heldOut: String) -> String {
    "{\(beforeHeldOut),\"held_out\":\(JSON.quoted(heldOut)),\(afterHeldOut),\"seed\":"
  }
}
