/// A learning rate that becomes a tenth after some epochs.
struct StepSchedule {
  let rate: Double
  /// Epochs, from 1, with the first rate.
  let epochs: Int

  func callAsFunction(epoch: Int) -> Double { epoch > epochs ? 0.1 * rate : rate }
}
