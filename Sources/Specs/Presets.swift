import Settings

/// A column of the table of protocols: field values for everything that differs between the paper's text, its code and
/// a protocol without leaks.
public struct Preset: Sendable {
  /// The preset's name in a spec.
  public let name: String
  /// One sentence for the documentation.
  public let summary: String
  var dataset: [PresetValue<DatasetSettings>] = []
  let evaluation: [PresetValue<ProtocolSettings>]
  let ganomaly: [PresetValue<GANomalySettings>]

  /// All presets, in documentation order.
  public static let all = [paper, folders2018, code2018, code2019, clean]

  /// The paper's text, with guesses where it is silent: it does not state the input range, batch norm's statistics, the
  /// epoch, or the number of epochs for CIFAR-10.
  public static let paper = Preset(
    name: "paper", summary: "what the paper's text says",
    evaluation: [
      PresetValue(\.split, .pooled),
      PresetValue(\.inputRange, .symmetric),
      PresetValue(\.score, .l1),
      PresetValue(\.batchNorm, .running),
      PresetValue(\.epoch, .last),
    ],
    ganomaly: [
      PresetValue(\.objective, .v3),
      PresetValue(\.learningRate, 2e-3),
      PresetValue(\.epochs, 15),
    ])

  /// The reference code before it had loaders for MNIST and CIFAR-10 (10 May 2018), according to its history: images
  /// came from folders, with the default three channels, in [−1, 1], and were tested in shuffled batches of 64. How the
  /// folders were divided is unknown; the split is the paper's.
  public static let folders2018 = Preset(
    name: "folders-2018",
    summary: "what the reference code did before 10 May 2018, with image folders of three channels",
    dataset: [PresetValue(\.channels, 3)],
    evaluation: [
      PresetValue(\.split, .pooled),
      PresetValue(\.inputRange, .symmetric),
      PresetValue(\.score, .squaredL2),
      PresetValue(\.batchNorm, .batch),
      PresetValue(\.testOrder, .shuffled),
      PresetValue(\.testBatch, 64),
      PresetValue(\.epochSamples, 0),
      PresetValue(\.epoch, .bestOnTest),
    ],
    ganomaly: [
      PresetValue(\.objective, .v0),
      PresetValue(\.learningRate, 2e-4),
      PresetValue(\.batchSize, 64),
      PresetValue(\.epochs, 15),
    ])

  /// The reference code at the time of the paper (May 2018): objective V0 and the official split, since the seed did
  /// not reach the split before July 2019.
  public static let code2018 = Preset(
    name: "code-2018", summary: "what the reference code of May 2018 does, leaks included",
    evaluation: [
      PresetValue(\.split, .official),
      PresetValue(\.inputRange, gray: .standardized, color: .symmetric),
      PresetValue(\.score, .squaredL2),
      PresetValue(\.batchNorm, .batch),
      PresetValue(\.testOrder, gray: .shuffled, color: .normalsFirst),
      PresetValue(\.testBatch, 64),
      PresetValue(\.epochSamples, 0),
      PresetValue(\.epoch, .bestOnTest),
    ],
    ganomaly: [
      PresetValue(\.objective, .v0),
      PresetValue(\.learningRate, 2e-4),
      PresetValue(\.epochs, 15),
    ])

  /// The latest reference code (October 2019), leaks included: batch statistics in scoring, and the epoch that is best
  /// on the test set.
  public static let code2019 = Preset(
    name: "code-2019", summary: "what the reference code of October 2019 does, leaks included",
    evaluation: [
      PresetValue(\.split, .pooled),
      PresetValue(\.inputRange, gray: .standardized, color: .symmetric),
      PresetValue(\.score, .squaredL2),
      PresetValue(\.batchNorm, .batch),
      PresetValue(\.testOrder, gray: .shuffled, color: .normalsFirst),
      PresetValue(\.testBatch, 64),
      PresetValue(\.epochSamples, 0),
      PresetValue(\.epoch, .bestOnTest),
    ],
    ganomaly: [
      PresetValue(\.objective, .v3),
      PresetValue(\.learningRate, 2e-4),
      PresetValue(\.epochs, 15),
    ])

  /// The reference code's training, under a protocol without leaks from the test set: our headline.
  public static let clean = Preset(
    name: "clean", summary: "the reference code's training, scored without leaks",
    evaluation: [
      PresetValue(\.split, .pooled),
      PresetValue(\.inputRange, .symmetric),
      PresetValue(\.score, .squaredL2),
      PresetValue(\.batchNorm, .running),
      PresetValue(\.epoch, .last),
    ],
    ganomaly: [
      PresetValue(\.objective, .v3),
      PresetValue(\.learningRate, 2e-4),
      PresetValue(\.epochs, 15),
    ])

  /// The data set's defaults under this preset; the spec gives the name.
  public func datasetSettings() -> DatasetSettings {
    var settings = DatasetSettings()
    for value in dataset { value.assign(&settings, settings.channels) }
    return settings
  }

  /// The protocol's defaults under this preset.
  ///
  /// - Parameter channels: of the images; the reference code treats gray images like MNIST and others like CIFAR-10.
  public func evaluation(channels: Int) -> ProtocolSettings {
    var settings = ProtocolSettings()
    for value in evaluation { value.assign(&settings, channels) }
    return settings
  }

  /// A detector's defaults under this preset; presets only affect GANomaly.
  public func detector(_ defaults: DetectorSettings, channels: Int) -> DetectorSettings {
    guard var settings = defaults.record as? GANomalySettings else { return defaults }
    for value in ganomaly { value.assign(&settings, channels) }
    return DetectorSettings(settings)
  }
}

/// A field's value.
struct PresetValue<Record>: Sendable {
  /// Writes the value for images with this many channels.
  let assign: @Sendable (inout Record, _ channels: Int) -> Void

  init<Value: Sendable>(_ path: WritableKeyPath<Record, Value> & Sendable, _ value: Value) {
    self.init(path, gray: value, color: value)
  }

  /// Separate values for images with one channel (like MNIST) and others (like CIFAR-10).
  init<Value: Sendable>(_ path: WritableKeyPath<Record, Value> & Sendable, gray: Value, color: Value) {
    assign = { record, channels in record[keyPath: path] = channels == 1 ? gray : color }
  }
}
