import Datasets
import Detectors
import Exchange
import Foundation
import Images
import Kernels
import NeuralNetworks
import Settings
import Testing

/// A small detector after a few steps of training on the embedded digits, and what it says of them.
struct TrainedSample {
  let detector: any AnomalyDetector
  let settings: DetectorSettings
  let images: ImageSelection
  let score: String
  let scores: [Float]
  /// What the detector makes of the images, as bytes; nil where it rebuilds none.
  let rebuilt: [UInt8]?

  private static let digits = Result<ImageStore, any Error> {
    var settings = DatasetSettings()
    settings.name = .digits
    settings.side = 32
    let digits = try Dataset.load(settings).images
    // Two of a single color, which contrast normalization must not divide by zero.
    let flat = [0, 77].flatMap { [UInt8](repeating: $0, count: digits.shape.count) }
    return ImageStore(shape: digits.shape, bytes: flat + digits.bytes.dropFirst(flat.count))
  }

  /// - Parameters:
  ///   - steps: at most so many, of an epoch over 64 images.
  ///   - channels: gray digits are repeated.
  ///   - count: images that are scored.
  init(
    _ settings: DetectorSettings, score: String? = nil, scale: PixelScale = .symmetric, channels: Int = 1,
    steps: Int = 8, count: Int = 1000
  ) throws {
    let store = try Self.digits.get().repeatingPlane(channels: channels)
    let context = ComputeContext(threads: 1)
    let detector = settings.makeDetector(image: store.shape, seed: 5, context: context)
    try detector.begin(epoch: 1, on: ImageSelection(store, indices: Array(1200..<1264), scale: scale))
    training: for _ in 0..<steps {
      if case .epochEnd = try detector.advance() { break training }
    }
    self.detector = detector
    self.settings = settings
    images = ImageSelection(store, indices: Array(0..<count), scale: scale)
    self.score = score ?? settings.record.scoreNames(ProtocolSettings())[0]
    scores = try #require(detector.scoreEachAlone(images).byName[self.score])
    rebuilt = (detector as? any Reconstructing)?.reconstruct(images).bytes
  }

  var graph: ScoringGraph {
    get throws {
      try #require(detector as? any GraphScoring).scoringGraph(of: score, scale: images.scale)
    }
  }

  var onnx: ONNXModel {
    get throws {
      ONNXModel(
        try graph, weights: Dictionary(uniqueKeysWithValues: detector.weights.map { ($0.name, $0.values) }),
        metadata: [("run", "0123"), ("detector", settings.name)], producer: ("ganomaly", "test"))
    }
  }

  /// Leaves what a script in Python compares with: `images`, `scores` and `rebuilt`.
  func write(to folder: String) throws {
    try Data(images.indices.flatMap { images.store[$0] }).write(to: URL(fileURLWithPath: "\(folder)/images"))
    let numbers = scores.flatMap { score in
      (0..<4).map { UInt8(truncatingIfNeeded: score.bitPattern >> (8 * $0)) }
    }
    try Data(numbers).write(to: URL(fileURLWithPath: "\(folder)/scores"))
    if let rebuilt { try Data(rebuilt).write(to: URL(fileURLWithPath: "\(folder)/rebuilt")) }
  }

  /// The sample of one of `kinds`, made once for all suites.
  static func of(kind: Int) throws -> TrainedSample {
    try known.lock.withLock {
      if let sample = known.samples[kind] { return sample }
      let sample = try TrainedSample(kinds[kind].settings, score: kinds[kind].score)
      known.samples[kind] = sample
      return sample
    }
  }

  /// What is in it is read alone, once it is there.
  private final class Known: @unchecked Sendable {
    let lock = NSLock()
    var samples: [Int: TrainedSample] = [:]
  }

  private static let known = Known()

  // MARK: - Settings

  static var ganomaly: GANomalySettings {
    var settings = GANomalySettings()
    (settings.width, settings.latentSize, settings.batchSize) = (4, 8, 16)
    return settings
  }

  static var skipGANomaly: SkipGANomalySettings {
    var settings = SkipGANomalySettings()
    (settings.width, settings.latentSize, settings.batchSize) = (4, 8, 16)
    return settings
  }

  static var egbad: EGBADSettings {
    var settings = EGBADSettings()
    (settings.width, settings.latentSize, settings.batchSize) = (4, 8, 16)
    (settings.learningRate, settings.movingAverage) = (1e-3, 0.5)
    return settings
  }

  static var anogan: AnoGANSettings {
    var settings = AnoGANSettings()
    (settings.width, settings.latentSize, settings.batchSize) = (4, 8, 16)
    settings.steps = 2
    return settings
  }

  static var vae: VAESettings {
    var settings = VAESettings()
    (settings.hiddenSize, settings.latentSize, settings.draws, settings.batchSize) = (16, 5, 3, 16)
    return settings
  }

  static var autoencoder: AutoencoderSettings {
    var settings = AutoencoderSettings()
    settings.batchSize = 16
    return settings
  }

  static var deepSVDD: DeepSVDDSettings {
    var settings = DeepSVDDSettings()
    (settings.batchSize, settings.pretrainingEpochs) = (16, 1)
    return settings
  }

  /// The detectors that a graph describes, each in its forms.
  static let kinds: [(name: String, settings: DetectorSettings, score: String?)] = {
    var (deep, soft, gaussian) = (ganomaly, deepSVDD, vae)
    deep.extraLayers = 1
    soft.objective = .softBoundary
    soft.warmUp = 0
    gaussian.likelihood = .gaussian
    return [
      ("ganomaly", DetectorSettings(ganomaly), nil),
      ("ganomaly, l1 and an extra layer", DetectorSettings(deep), LatentScore.l1.rawValue),
      ("skip-ganomaly", DetectorSettings(skipGANomaly), nil), ("egbad", DetectorSettings(egbad), nil),
      ("vae", DetectorSettings(vae), nil),
      ("vae, gaussian and ELBO", DetectorSettings(gaussian), VAEScore.negativeELBO.rawValue),
      ("autoencoder", DetectorSettings(autoencoder), nil), ("deep-svdd", DetectorSettings(deepSVDD), nil),
      ("deep-svdd, soft boundary", DetectorSettings(soft), nil),
    ]
  }()
}
