import Diagnostics

/// All that training changes in a detector: what its result and its checkpoint keep.
struct TrainedParts {
  /// The networks that scoring needs.
  var networks: [TrainedNetwork]
  /// Networks that only training needs.
  var trainingOnly: [TrainedNetwork] = []
  /// What scoring needs besides, such as averages of weights.
  var others: [TensorPlace] = []
  let loop: EpochCourse

  private var weightPlaces: [TensorPlace] { networks.flatMap(\.weightPlaces) + others }
  private var trained: [TrainedNetwork] { networks + trainingOnly }
  private var statePlaces: [TensorPlace] {
    weightPlaces + trainingOnly.flatMap(\.weightPlaces) + trained.flatMap(\.momentPlaces)
  }

  /// Everything that scoring needs.
  var weights: [NamedTensor] { weightPlaces.tensors }

  /// - Throws: `Problem` when a tensor is missing, unknown or of another shape; then nothing is changed.
  func load(weights: [NamedTensor]) throws(Problem) { try weightPlaces.load(weights) }

  /// Everything that training continues from.
  var state: DetectorState {
    var counts = loop.progress.counts
    for part in trained { counts[part.stepCountName] = part.adam.stepCount }
    return DetectorState(
      tensors: statePlaces.tensors, counts: counts, sums: loop.progress.sums(named: loop.lossNames))
  }

  /// - Throws: `Problem` when something is missing, unknown or of another shape; then nothing is changed.
  func restore(_ state: DetectorState) throws(Problem) {
    let progress = try EpochProgress(state, lossNames: loop.lossNames)
    var stepCounts: [Int] = []
    for part in trained { stepCounts.append(try state.count(part.stepCountName)) }
    try statePlaces.load(state.tensors)
    for (part, stepCount) in zip(trained, stepCounts) { part.adam.restore(stepCount: stepCount) }
    loop.resume(from: progress)
  }
}
