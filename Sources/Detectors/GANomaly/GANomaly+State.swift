import Diagnostics

extension GANomaly: Resumable {
  public var position: TrainingPosition { loop.position }

  /// The weights as `weights` names them; Adam's two moments of each network as `network/adam.moment`, flat.
  public var state: DetectorState {
    var state = parts.state
    state.counts["redraws"] = redraws
    return state
  }

  public func restore(_ state: DetectorState) throws(Problem) {
    let redraws = try state.count("redraws")
    try parts.restore(state)
    continueTraining(redraws: redraws)
  }
}
