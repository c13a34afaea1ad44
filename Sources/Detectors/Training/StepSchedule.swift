/// A learning rate that drops to a tenth after some epochs.
struct StepSchedule {
  let rate: Double
  /// The number of epochs at the initial rate.
  let epochs: Int

  func callAsFunction(epoch: Int) -> Double { epoch > epochs ? 0.1 * rate : rate }
}
