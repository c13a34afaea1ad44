/// Hyperparameters of a detector that is trained by passes over the normals, batch by batch, with Adam.
public protocol EpochTrainedRecord: DetectorRecord {
  var learningRate: Double { get set }
  var batchSize: Int { get set }
  var epochs: Int { get set }
}

extension EpochTrainedRecord {
  public var imagesPerStep: Int? { batchSize }
}

extension SettingField where Record: EpochTrainedRecord {
  static var learningRate: Self { learningRate("Adam's learning rate.") }

  static func learningRate(_ summary: String) -> Self {
    .number("learning_rate", \.learningRate, .above(0), summary)
  }

  static var epochs: Self {
    .integer("epochs", \.epochs, 1...100_000, "Passes over the training normals.")
  }

  /// Of a detector that leaves a last batch out that is not full.
  static func wholeBatches(of smallest: Int) -> Self {
    .integer(
      "batch_size", \.batchSize, smallest...65536,
      "Training images in a batch; the last incomplete one is dropped.")
  }

  /// Of a detector that uses a last batch that is not full as well.
  static func batches(of smallest: Int) -> Self {
    .integer(
      "batch_size", \.batchSize, smallest...65536,
      "Training images in a batch; the last one may be smaller.")
  }
}

/// Hyperparameters that set both decays of Adam.
public protocol AdamRecord: EpochTrainedRecord {
  var beta1: Double { get set }
  var beta2: Double { get set }
}

extension SettingField where Record: AdamRecord {
  static var beta1: Self {
    .number("beta1", \.beta1, NumberRange(0, 1, includesUpper: false), "Adam's decay of the first moment.")
  }

  static var beta2: Self {
    .number("beta2", \.beta2, NumberRange(0, 1, includesUpper: false), "Adam's decay of the second moment.")
  }
}
