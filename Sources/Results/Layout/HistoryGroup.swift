import HDF5
import Settings
import Specs

/// The part of a run's layout that grows with its epochs, the same in the file of a finished run and in a checkpoint;
/// see `RunGroup`.
///
/// A checkpoint may hold an epoch that is trained but not yet evaluated: losses and reinitializations then have one
/// more entry than measures. Before the last evaluation there are no scores.
enum HistoryGroup {
  static let evaluation = "evaluation"

  static func write(_ history: RunHistory, to group: HDF5Group) throws(HDF5Error) {
    try writeCourse(history, to: group)
    let (last, best) = (history.scores.map(\.lastScores), history.scores.map(\.bestScores))
    // Of an import, no evaluation has a best epoch.
    let samples = (last + best).map(\.count).max() ?? 0
    try write(last, samples: samples, to: "scores", of: group)
    try write(best, samples: samples, to: "best_scores", of: group)
  }

  /// All but the per-sample scores.
  static func writeCourse(_ history: RunHistory, to group: HDF5Group) throws(HDF5Error) {
    try writeEvaluations(history.scores, to: group)
    try writeChoices(history.scores, to: group.createGroup("whole_test"))
    try writeEpochs(history, to: group.createGroup("history"))
    guard !history.moments.isEmpty else { return }
    let (course, count) = (try group.createGroup("course"), history.moments.count)
    try course.write(history.moments.indices.map { $0 + 1 }, shape: [count], to: "moment")
    try course.write(history.moments.map(\.epoch), shape: [count], to: "epoch")
    try course.write(history.moments.map(\.step), shape: [count], to: "step")
    try writeMeasures(history.scores.map(\.course), count: count, to: course)
  }

  private static func writeEvaluations(_ scores: [ScoreRecord], to group: HDF5Group) throws(HDF5Error) {
    try group.write(scores.map(\.label), to: evaluation)
    try group.write(scores.map(\.key.score), to: "score")
    try group.write(scores.map(\.key.evaluation.pass.rawValue), to: "pass")
    for (name, path) in integers {
      try group.write(scores.map { $0.key.evaluation[keyPath: path] }, shape: [scores.count], to: name)
    }
  }

  private static let integers: [(name: String, path: WritableKeyPath<Evaluation, Int> & Sendable)] = [
    ("test_batch", \.testBatch), ("epoch_samples", \.epochSamples), ("evaluate_every", \.evaluateEvery),
  ]

  /// Missing scores are NaN.
  private static func write(
    _ scores: [[Float]], samples: Int, to name: String, of group: HDF5Group
  ) throws(HDF5Error) {
    let absent = [Float](repeating: .nan, count: samples)
    try group.write(
      scores.flatMap { $0.isEmpty ? absent : $0 }, shape: [scores.count, samples], to: name,
      storage: .compressed())
  }

  private static func writeChoices(_ scores: [ScoreRecord], to group: HDF5Group) throws(HDF5Error) {
    try group.write(EpochChoice.allCases.map(\.rawValue), to: "epoch_choice")
    try writeMeasures(
      scores.map { record in EpochChoice.allCases.map { record[$0] ?? .unevaluated } },
      count: EpochChoice.allCases.count, to: group)
  }

  private static func writeMeasures(
    _ rows: [[Measures]], count: Int, to group: HDF5Group
  ) throws(HDF5Error) {
    let absent = [Measures](repeating: .unevaluated, count: count)
    for measure in Measures.all {
      let values = rows.flatMap { ($0.isEmpty ? absent : $0).map { $0[keyPath: measure.path] } }
      try group.write(values, shape: [rows.count, count], to: measure.name)
    }
  }

  private static func writeEpochs(_ history: RunHistory, to group: HDF5Group) throws(HDF5Error) {
    let (scores, epochs) = (history.scores, history.trainedEpochs)
    try group.write(Array(0..<epochs).map { $0 + 1 }, shape: [epochs], to: "epoch")
    try group.write(scores.map(\.bestEpoch), shape: [scores.count], to: "best_epoch")
    try writeMeasures(scores.map(\.measures), count: history.evaluatedEpochs, to: group)
    // Sorted, so that the order does not depend on the process that gathered them.
    for loss in history.losses.sorted(by: { $0.name < $1.name }) {
      try group.write(loss.values, shape: [epochs], to: "losses/\(loss.name)")
    }
    try group.write(history.reinitializations, shape: [epochs], to: "discriminator_redraws")
    if !history.validationLosses.isEmpty {
      try group.write(history.validationLosses, shape: [history.evaluatedEpochs], to: "validation_loss")
    }
    try group.attributes.write(history.trainingSeconds, to: "training_seconds")
    try group.attributes.write(history.evaluationSeconds, to: "scoring_seconds")
  }
}

// MARK: - Reading

extension HistoryGroup {
  /// - Throws: `HDF5Error` when something is missing or the shapes do not fit together.
  static func read(from group: HDF5Group) throws(HDF5Error) -> RunHistory {
    var history = try readCourse(from: group)
    let (last, best) = (try rows("scores", of: group), try rows("best_scores", of: group))
    guard last.count == history.scores.count, best.count == history.scores.count else {
      throw group.refusal("its scores do not match its evaluations")
    }
    for index in history.scores.indices {
      history.scores[index].lastScores = last[index]
      history.scores[index].bestScores = best[index]
    }
    return history
  }

  /// All but the per-sample scores.
  static func readCourse(from group: HDF5Group) throws(HDF5Error) -> RunHistory {
    var history = RunHistory(scores: try readEvaluations(from: group))
    let epochs = try group.openGroup("history")
    try readEpochs(epochs, into: &history)
    let count = history.scores.count
    let best = try epochs.openDataset("best_epoch").read(Int.self, shape: [count])
    let measures = try readMeasures(from: epochs, rows: count)
    let choices = try readMeasures(from: group.openGroup("whole_test"), rows: count)
    let hasCourse = try group.exists("course")
    if hasCourse {
      let epochs = try group.openDataset("course/epoch").read(Int.self).values
      let steps = try group.openDataset("course/step").read(Int.self, shape: [epochs.count])
      history.moments = zip(epochs, steps).map(TrainingMoment.init)
    }
    let course = hasCourse ? try readMeasures(from: group.openGroup("course"), rows: count) : []
    for index in history.scores.indices {
      guard choices[index].count == EpochChoice.allCases.count else {
        throw group.refusal("it does not have measures of \(EpochChoice.allCases.count) epoch choices")
      }
      guard (0...max(1, measures[index].count)).contains(best[index]) else {
        throw epochs.refusal("epoch \(best[index]) is outside 1 to \(measures[index].count)")
      }
      history.scores[index].measures = measures[index]
      history.scores[index].course = hasCourse ? course[index] : []
      history.scores[index].bestEpoch = best[index]
      for (choice, value) in zip(EpochChoice.allCases, choices[index]) where value.isEvaluated {
        history.scores[index][choice] = value
      }
    }
    return history
  }

  private static func readEvaluations(from group: HDF5Group) throws(HDF5Error) -> [ScoreRecord] {
    let labels = try group.openDataset(evaluation).readStrings().values
    let scores = try group.openDataset("score").readStrings().values
    let passes = try group.openDataset("pass")
    let words = try passes.readStrings().values
    guard scores.count == labels.count, words.count == labels.count else {
      throw passes.refusal("it does not have \(labels.count) evaluations")
    }
    var columns: [[Int]] = []
    for (name, _) in integers {
      columns.append(try group.openDataset(name).read(Int.self, shape: [labels.count]))
    }
    return try labels.indices.map { index throws(HDF5Error) in
      guard let pass = ScoringPass(rawValue: words[index]) else {
        throw passes.refusal("'\(words[index])' is not a pass that this program knows")
      }
      var evaluation = Evaluation(pass: pass, testBatch: 0, epochSamples: 0)
      for (column, (_, path)) in zip(columns, integers) { evaluation[keyPath: path] = column[index] }
      return ScoreRecord(EvaluatedScore(score: scores[index], evaluation: evaluation), label: labels[index])
    }
  }

  /// Losses, reinitializations and times.
  static func readEpochs(_ epochs: HDF5Group, into history: inout RunHistory) throws(HDF5Error) {
    history.reinitializations = try epochs.openDataset("discriminator_redraws").read(Int.self).values
    if try epochs.exists("losses") {
      let losses = try epochs.openGroup("losses")
      for child in try losses.children() {
        let values = try losses.openDataset(child.name).read(Double.self, shape: [history.trainedEpochs])
        history.losses.append((child.name, values))
      }
    }
    if try epochs.exists("validation_loss") {
      history.validationLosses = try epochs.openDataset("validation_loss").read(Double.self).values
    }
    history.trainingSeconds = try epochs.attributes.readNumbers(Double.self, "training_seconds")
    history.evaluationSeconds = try epochs.attributes.readNumbers(Double.self, "scoring_seconds")
  }

  /// Per-sample scores of each evaluation; empty where they were not kept.
  static func rows(_ name: String, of group: HDF5Group) throws(HDF5Error) -> [[Float]] {
    let dataset = try group.openDataset(name)
    let (values, shape) = try dataset.read(Float.self)
    guard shape.count == 2 else {
      throw dataset.refusal("its shape \(shape) is not by evaluation and sample")
    }
    return (0..<shape[0]).map { row in
      let scores = Array(values[row * shape[1]..<(row + 1) * shape[1]])
      return scores.first?.isNaN == false ? scores : []
    }
  }

  /// By evaluation, then by epoch, step or choice of epoch.
  static func readMeasures(from group: HDF5Group, rows: Int) throws(HDF5Error) -> [[Measures]] {
    var count = 0
    var columns: [[Double]] = []
    for measure in Measures.all {
      let dataset = try group.openDataset(measure.name)
      let (values, shape) = try dataset.read(Double.self)
      guard shape.count == 2, shape[0] == rows, columns.isEmpty || shape[1] == count else {
        throw dataset.refusal("its shape is \(shape), not that of \(rows) evaluations")
      }
      count = shape[1]
      columns.append(values)
    }
    return (0..<rows).map { row in
      (0..<count).map { position in
        var measures = Measures.unevaluated
        for (measure, values) in zip(Measures.all, columns) {
          measures[keyPath: measure.path] = values[row * count + position]
        }
        return measures
      }
    }
  }
}
