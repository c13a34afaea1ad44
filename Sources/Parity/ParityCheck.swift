import Detectors
import Diagnostics
import HDF5
import Kernels
import Randomness
import Settings

/// Repeats the training steps of a golden file with our code and measures the error of every quantity.
///
/// If a quantity exceeds its bound, the steps are repeated from weights perturbed by a few rounding errors: quantities
/// that this alone moves beyond the bound get no verdict.
///
/// - Parameter engine: nil for the CPU.
/// - Throws: `Problem` or `HDF5Error` when the file cannot be read or is not a golden file.
public func checkParity(
  with path: String, context: ComputeContext, engine: (any Engine)? = nil
) throws -> ParityReport {
  let golden = try GoldenFile(path: path)
  let measured = try ParityCheck.measured(golden, context, engine)
  var report = ParityReport(path: path, rows: measured.rows)
  guard !report.passed else { return report }
  for trial in 1...disturbedTrials {
    let disturbed = try ParityCheck.measured(golden, context, engine, disturbedBy: UInt64(trial))
    for (index, values) in disturbed.values.enumerated() {
      let spread = report.rows[index].measure.error(values, measured.values[index])
      report.rows[index].spread = max(report.rows[index].spread ?? 0, spread)
    }
  }
  return report
}

/// Several, since a sign that rounding may flip does so in only some trials.
private let disturbedTrials = 8

private struct ParityCheck {
  let golden: GoldenFile
  let bounds: ParityBounds
  let detector: GANomalyInspection
  /// The source of the weights' perturbation; nil to leave them unchanged.
  var disturbance: RandomStream?
  private(set) var rows: [ParityRow] = []
  /// Our values, for each row.
  private(set) var values: [[Double]] = []

  private init(
    _ golden: GoldenFile, _ context: ComputeContext, _ engine: (any Engine)?, disturbedBy seed: UInt64?
  ) {
    self.golden = golden
    bounds = ParityBounds(for: context.kernels)
    detector = GANomalyInspection(
      image: golden.image, settings: golden.settings, seed: 0, context: context, engine: engine)
    disturbance = seed.map { RandomStream(seed: $0, name: "parity") }
  }

  /// Runs and compares all steps.
  static func measured(
    _ golden: GoldenFile, _ context: ComputeContext, _ engine: (any Engine)?, disturbedBy seed: UInt64? = nil
  ) throws -> ParityCheck {
    var check = ParityCheck(golden, context, engine, disturbedBy: seed)
    try check.loadInitialWeights()
    try check.compareScores("init")
    for step in 1...5 {
      try check.trainAndCompare(step)
      if try golden.has("after\(step)") { try check.compareWeights(after: step) }
      try check.compareScores("after\(step)", step: step)
    }
    return check
  }

  /// The original's names of a network's parameters and running statistics, in our order.
  private func names(of network: GANomalyNetwork) -> (parameters: [String], running: [String]) {
    let parameters = network == .generator ? golden.generatorParameters : golden.discriminatorParameters
    // Only batch norm layers have a bias; their running statistics share its prefix.
    let running = parameters.filter { $0.hasSuffix(".bias") }.flatMap { name in
      let prefix = name.dropLast(".bias".count)
      return ["\(prefix).running_mean", "\(prefix).running_var"]
    }
    return (parameters, running)
  }

  private mutating func loadInitialWeights() throws {
    for network in GANomalyNetwork.allCases {
      let names = names(of: network)
      let layout = detector.layout(of: network)
      for (names, tensors, buffer) in [
        (names.parameters, layout.parameters, detector.parameters(of: network)),
        (names.running, layout.running, detector.runningStatistics(of: network)),
      ] {
        guard names.count == tensors.count else {
          throw Problem(
            .badData, at: golden.path,
            "the file has \(names.count) tensors of the \(network), this program has \(tensors.count)")
        }
        for (name, tensor) in zip(names, tensors) {
          let values = try golden.floats("init/\(name)", count: tensor.count)
          buffer.replace(from: tensor.offset, with: values.map { disturbed($0) })
        }
      }
    }
  }

  private mutating func disturbed(_ value: Float) -> Float {
    guard let unit = disturbance?.nextUniform() else { return value }
    return Float(Double(value) * (1 + bounds.disturbance * (2 * unit - 1)))
  }

  private mutating func trainAndCompare(_ step: Int) throws {
    let count = golden.batchSize
    let images = try golden.floats("batch/x\(step)", count: count * golden.image.count)
    let losses = detector.trainingStep(onImages: images, count: count)
    try compareLosses(losses, step: step)
    if step == 1 {
      try compareOutputs()
      try compareGradients()
    }
  }

  private mutating func compareLosses(_ losses: GANomalyLosses, step: Int) throws {
    let names = ["err_g_adv", "err_g_con", "err_g_enc", "err_g", "err_d_real", "err_d_fake", "err_d"]
    for (name, term) in zip(names, losses.terms) {
      let truth = try golden.value("loss/\(name)", ofStep: step)
      let torch = try golden.value("f32/loss/\(name)", ofStep: step)
      add(
        "losses of step \(step)", name, .relative, [term.value], [truth],
        bound: step == 1 ? bounds.firstLosses : bounds.laterLosses,
        torch: ErrorMeasure.relative.error([torch], [truth]))
    }
  }

  private mutating func compareOutputs() throws {
    let outputs = detector.outputs
    for (name, ours) in [
      ("fake", outputs.reconstruction), ("latent_i", outputs.latent), ("latent_o", outputs.reencodedLatent),
      ("pred_real", outputs.realPrediction), ("pred_fake", outputs.fakePrediction),
      ("feat_real", outputs.realFeatures), ("feat_fake", outputs.fakeFeatures),
    ] {
      try compare(
        ours, with: "fwd/\(name)", group: "forward outputs of step 1", measure: .maximum,
        bound: bounds.forwardMaximum, float32: "f32/fwd/\(name)")
    }
  }

  private mutating func compareGradients() throws {
    for network in GANomalyNetwork.allCases {
      for (name, tensor) in zip(names(of: network).parameters, detector.layout(of: network).parameters) {
        try compare(
          detector.gradients(of: network)[tensor.range], with: "grad1/\(name)", group: "gradients of step 1",
          measure: .l2, bound: bounds.gradientsL2)
      }
    }
  }

  private mutating func compareWeights(after step: Int) throws {
    for network in GANomalyNetwork.allCases {
      let names = names(of: network)
      let layout = detector.layout(of: network)
      for (names, tensors, buffer, what) in [
        (names.parameters, layout.parameters, detector.parameters(of: network), "parameters"),
        (names.running, layout.running, detector.runningStatistics(of: network), "running statistics"),
      ] {
        for (name, tensor) in zip(names, tensors) {
          try compare(
            buffer[tensor.range], with: "after\(step)/\(name)", group: "\(what) after step \(step)",
            measure: .l2, bound: bounds.parametersL2)
        }
      }
    }
  }

  private mutating func compareScores(_ moment: String, step: Int = 0) throws {
    guard try golden.has("scores/\(moment)") else { return }
    let images = try golden.floats("score/x", count: golden.batchSize * golden.image.count)
    for (mode, batchNorm) in [("train", BatchNormStatistics.batch), ("eval", .running)] {
      let scoring = detector.scores(ofImages: images, count: golden.batchSize, batchNorm: batchNorm)
      for (name, ours, measure) in [
        ("l1", scoring.l1, ErrorMeasure.relative), ("l2", scoring.squaredL2, .relative),
        ("latent_i", scoring.latent, .maximum), ("latent_o", scoring.reencodedLatent, .maximum),
        ("fake", scoring.reconstruction, .maximum),
      ] {
        let place = "scores/\(moment)/\(mode)/\(name)"
        guard try golden.has(place) else { continue }
        try compare(
          ours, with: place, group: step == 0 ? "scores before training" : "scores after step \(step)",
          measure: measure, bound: bounds.scores, float32: "f32/\(place)")
      }
    }
  }

  private mutating func compare(
    _ ours: [Float], with place: String, group: String, measure: ErrorMeasure, bound: Double,
    float32: String? = nil
  ) throws {
    let truth = try golden.truth(place)
    guard let matching = truth.matching(ours) else {
      throw Problem(
        .badData, at: "\(golden.path):/\(place)",
        "the file has \(truth.values.count) values, this program has \(ours.count)")
    }
    var torch = truth.torchError
    if let float32, try golden.has(float32) {
      torch = measure.error(try golden.floats(float32, count: truth.values.count), truth.values)
    }
    let name = place.split(separator: "/").dropFirst().joined(separator: "/")
    add(group, name, measure, matching.map(Double.init), truth.values, bound: bound, torch: torch)
  }

  private mutating func add(
    _ group: String, _ quantity: String, _ measure: ErrorMeasure, _ ours: [Double], _ truth: [Double],
    bound: Double, torch: Double?
  ) {
    values.append(ours)
    rows.append(
      ParityRow(
        group: group, quantity: quantity, measure: measure, error: measure.error(ours, truth), bound: bound,
        torchError: torch))
  }
}
