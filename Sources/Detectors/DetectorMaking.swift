import Images
import Kernels
import NeuralNetworks
import Settings

/// What a detector is made of: its settings, the images that it will see, the seed of all that is drawn, and what it
/// computes with.
struct DetectorSetup<Settings: DetectorRecord> {
  let image: ImageShape
  let settings: Settings
  let seed: UInt64
  /// The threads of the processor.
  let context: ComputeContext
  /// What computes networks.
  let engine: any Engine

  /// - Parameter engine: nil for the processor.
  init(
    image: ImageShape, settings: Settings, seed: UInt64, context: ComputeContext, engine: (any Engine)? = nil
  ) {
    self.image = image
    self.settings = settings
    self.seed = seed
    self.context = context
    self.engine = engine ?? context
  }

  /// An image, for a network.
  var shape: Shape { Shape(image.channels, image.height, image.width) }
}

/// A detector that is made from its setup.
protocol SetUpDetector: AnomalyDetector {
  associatedtype Settings: DetectorRecord

  init(_ setup: DetectorSetup<Settings>)
}

extension SetUpDetector {
  init(image: ImageShape, settings: Settings, seed: UInt64 = 0, context: ComputeContext) {
    self.init(DetectorSetup(image: image, settings: settings, seed: seed, context: context))
  }
}

/// Settings that know the detector that they are of. A conformance is all that registers a detector here; a test
/// names each of `DetectorSettings.kinds` that lacks it.
protocol DetectorMaking: DetectorRecord {
  associatedtype Detector: SetUpDetector where Detector.Settings == Self
}

extension DetectorMaking {
  /// The untrained detector.
  func makeDetector(
    image: ImageShape, seed: UInt64, context: ComputeContext, engine: (any Engine)? = nil
  ) -> any AnomalyDetector {
    Detector(
      DetectorSetup(image: image, settings: self, seed: seed, context: context, engine: engine))
  }
}

extension DetectorSettings {
  /// The untrained detector.
  ///
  /// - Parameters:
  ///   - image: the images that it will see.
  ///   - seed: of all that is drawn.
  ///   - context: the threads and kernels that it computes with.
  ///   - engine: what computes networks; nil for the processor.
  public func makeDetector(
    image: ImageShape, seed: UInt64, context: ComputeContext, engine: (any Engine)? = nil
  ) -> any AnomalyDetector {
    guard let record = record as? any DetectorMaking else {
      preconditionFailure("the settings '\(name)' make no detector")
    }
    return record.makeDetector(image: image, seed: seed, context: context, engine: engine)
  }
}
