import Settings
import Specs

/// What the numbers of an experiment's tables are read off: score, pass and epoch.
struct Headline {
  /// As in `squared-l2, running, epoch last`; for detectors that differ in it, `a: distance; b, c: …`.
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

  /// What a sweep varies of it is named with all its values.
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
