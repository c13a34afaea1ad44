import Settings
import Specs

/// The score, pass and epoch behind the numbers in an experiment's tables.
struct Headline {
  /// Such as `squared-l2, running, epoch last`; if detectors differ in it, `a: distance; b, c: …`.
  let words: String

  init(_ experiment: Experiment) {
    guard experiment.detectors.count > 1 else {
      words = Self.words(experiment.configurations)
      return
    }
    var labels: [String: [String]] = [:]
    var order = OrderedValues<String>()
    for configuration in experiment.configurations {
      let words = Self.words([configuration])
      _ = order.position(of: words)
      labels[words, default: []].append(configuration.label)
    }
    words =
      order.values.count == 1
      ? order.values[0]
      : order.values.map { "\((labels[$0] ?? []).joined(separator: ", ")): \($0)" }.joined(separator: "; ")
  }

  /// Parts that a sweep varies are listed with all their values.
  private static func words(_ configurations: [Configuration]) -> String {
    func words(_ word: (Configuration) -> String?) -> String? {
      var words = OrderedValues<String>()
      for found in configurations.compactMap(word) { _ = words.position(of: found) }
      return words.values.isEmpty ? nil : words.values.joined(separator: " or ")
    }
    let score = words { $0.detector.record.scoreNames($0.evaluation).first }
    let pass = words { $0.detector.usesBatchNorm ? $0.evaluation.headlinePass.rawValue : nil }
    let epoch = words {
      $0.detector.record is any EpochTrainedRecord ? "epoch \($0.evaluation.epoch.rawValue)" : nil
    }
    return [score, pass, epoch.map { $0.replacing(" or epoch ", with: " or ") }].compactMap { $0 }
      .joined(separator: ", ")
  }
}
