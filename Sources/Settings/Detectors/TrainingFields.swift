/// Hyperparameters of a detector trained in epochs over the normals, batch by batch, with Adam.
public protocol EpochTrainedRecord: DetectorRecord {
  /// Adam's learning rate.
  var learningRate: Double { get set }
  /// Training images per batch.
  var batchSize: Int { get set }
  /// Passes over the training normals.
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

  /// For a detector that drops an incomplete last batch.
  static func wholeBatches(of smallest: Int) -> Self {
    .integer(
      "batch_size", \.batchSize, smallest...65536,
      "Training images in a batch; the last incomplete one is dropped.")
  }

  /// For a detector that also uses an incomplete last batch.
  static func batches(of smallest: Int) -> Self {
    .integer(
      "batch_size", \.batchSize, smallest...65536,
      "Training images in a batch; the last one may be smaller.")
  }
}

/// Hyperparameters that include both of Adam's decay rates.
public protocol AdamRecord: EpochTrainedRecord {
  /// Decay of the first moment.
  var beta1: Double { get set }
  /// Decay of the second moment.
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
