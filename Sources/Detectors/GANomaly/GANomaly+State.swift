import Diagnostics
import Kernels
import NeuralNetworks

extension GANomaly: Resumable {
  public var position: TrainingPosition { TrainingPosition(epoch: progress.epoch, step: progress.steps) }

  /// The weights as `weights` names them; Adam's two moments of each network as `network/adam.moment`, flat.
  public var state: DetectorState {
    var tensors = weights
    var counts = [
      "redraws": redraws, "epoch": progress.epoch, "epoch.steps": progress.steps,
      "epoch.redraws": progress.redraws,
    ]
    for (network, adam) in optimisers {
      for (name, moment) in moments(adam, network) {
        tensors.append(NamedTensor(name: name, shape: [moment.count], values: moment.array))
      }
      counts[Self.stepCount(network)] = adam.stepCount
    }
    let sums = GANomalyLosses.fields.map { ($0.name, progress.sum[keyPath: $0.path]) }
    return DetectorState(
      tensors: tensors, counts: counts, sums: Dictionary(uniqueKeysWithValues: sums))
  }

  public func restore(_ state: DetectorState) throws(Problem) {
    let restored = try epochProgress(state)
    let redraws = try count("redraws", of: state)
    var stepCounts: [Int] = []
    for (network, _) in optimisers { stepCounts.append(try count(Self.stepCount(network), of: state)) }
    let buffers = optimisers.flatMap { moments($1, $0) }
    let given = Dictionary(state.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (name, moment) in buffers where given[name]?.values.count != moment.count {
      throw Problem(.badData, at: name, "the moments of \(moment.count) parameters are missing")
    }
    let names = Set(buffers.map(\.name))
    try load(weights: state.tensors.filter { !names.contains($0.name) })
    for (name, moment) in buffers { moment.replace(from: 0, with: given[name]?.values ?? []) }
    for ((_, adam), stepCount) in zip(optimisers, stepCounts) { adam.restore(stepCount: stepCount) }
    continueTraining(from: restored, redraws: redraws)
  }

  private func epochProgress(_ state: DetectorState) throws(Problem) -> EpochProgress {
    var restored = EpochProgress()
    restored.epoch = try count("epoch", of: state)
    restored.steps = try count("epoch.steps", of: state)
    restored.redraws = try count("epoch.redraws", of: state)
    for (name, path) in GANomalyLosses.fields {
      guard let sum = state.sums[name] else {
        throw Problem(.badData, at: name, "the sum of this loss is missing")
      }
      restored.sum[keyPath: path] = sum
    }
    return restored
  }

  private func count(_ name: String, of state: DetectorState) throws(Problem) -> Int {
    guard let count = state.counts[name], count >= 0 else {
      throw Problem(.badData, at: name, "this count is missing or negative")
    }
    return count
  }

  private var optimisers: [(network: Network, adam: Adam)] {
    [
      (step.generator.network, step.generatorAdam), (step.discriminator.network, step.discriminatorAdam),
    ]
  }

  private func moments(_ adam: Adam, _ network: Network) -> [(name: String, moment: FloatBuffer)] {
    [
      ("\(network.name)/adam.first_moment", adam.firstMoment),
      ("\(network.name)/adam.second_moment", adam.secondMoment),
    ]
  }

  private static func stepCount(_ network: Network) -> String { "\(network.name).adam.steps" }
}
