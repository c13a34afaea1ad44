import Settings

/// The values of one column of the table of protocols: nothing but values for fields, for all that differs
/// between the paper's text, its code and a protocol without leaks.
public struct Preset: Sendable {
  public let name: String
  /// One sentence for the documentation.
  public let summary: String
  var dataset: [PresetValue<DatasetSettings>] = []
  let evaluation: [PresetValue<ProtocolSettings>]
  let ganomaly: [PresetValue<GANomalySettings>]

  /// All presets, in the order in which they are documented.
  public static let all = [paper, folders2018, code2018, code2019, clean]

  /// What the paper's text says, and a guess where it says nothing: input range, statistics of batch norm,
  /// epoch and the number of epochs for CIFAR-10 are not stated.
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

  /// What the reference code's history says of the time before it had loaders for MNIST and CIFAR-10 (10 May 2018):
  /// images came from folders, with the default three channels, in [−1, 1], tested in shuffled batches of 64. How the
  /// folders were divided is not known; the split is the paper's.
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

  /// What the reference code did at the paper's time (May 2018): the objective V0, and the official split, since the
  /// seed never reached the split before July 2019.
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

  /// What the newest reference code does (October 2019), leaks included: batch statistics while scoring, and
  /// the epoch that is best on the test set.
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

  /// The reference code's training under a protocol that lets nothing of the test set leak: our headline.
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

  /// The data set's defaults under this preset; its name is the spec's to give.
  public func datasetSettings() -> DatasetSettings {
    var settings = DatasetSettings()
    for value in dataset { value.assign(&settings, settings.channels) }
    return settings
  }

  /// The protocol's defaults under this preset.
  ///
  /// - Parameter channels: of the images; the reference code treats gray images as MNIST and the others as
  ///   CIFAR-10.
  public func evaluation(channels: Int) -> ProtocolSettings {
    var settings = ProtocolSettings()
    for value in evaluation { value.assign(&settings, channels) }
    return settings
  }

  /// A detector's defaults under this preset; presets say something of GANomaly only.
  public func detector(_ defaults: DetectorSettings, channels: Int) -> DetectorSettings {
    guard var settings = defaults.record as? GANomalySettings else { return defaults }
    for value in ganomaly { value.assign(&settings, channels) }
    return DetectorSettings(settings)
  }
}

/// A value for one field.
struct PresetValue<Record>: Sendable {
  /// Writes the value for images of so many channels.
  let assign: @Sendable (inout Record, _ channels: Int) -> Void

  init<Value: Sendable>(_ path: WritableKeyPath<Record, Value> & Sendable, _ value: Value) {
    self.init(path, gray: value, color: value)
  }

  /// One value for images of one channel, as MNIST's, and one for the others, as CIFAR-10's.
  init<Value: Sendable>(_ path: WritableKeyPath<Record, Value> & Sendable, gray: Value, color: Value) {
    assign = { record, channels in record[keyPath: path] = channels == 1 ? gray : color }
  }
}
