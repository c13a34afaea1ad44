import Images
import Kernels
import NeuralNetworks
import Settings

/// What a detector is made from: the image shape, its settings, the random seed, and the compute context and engine.
struct DetectorSetup<Settings: DetectorRecord> {
  let image: ImageShape
  let settings: Settings
  let seed: UInt64
  /// The CPU threads and kernels.
  let context: ComputeContext
  /// Runs the networks.
  let engine: any Engine

  /// - Parameter engine: nil for the CPU.
  init(
    image: ImageShape, settings: Settings, seed: UInt64, context: ComputeContext, engine: (any Engine)? = nil
  ) {
    self.image = image
    self.settings = settings
    self.seed = seed
    self.context = context
    self.engine = engine ?? context
  }

  /// The image shape as a network's input.
  var shape: Shape { Shape(image.channels, image.height, image.width) }
}

/// A detector that can be made from its setup.
protocol SetUpDetector: AnomalyDetector {
  associatedtype Settings: DetectorRecord

  init(_ setup: DetectorSetup<Settings>)
}

/// Settings that know their detector type. Conforming is all it takes to register a detector here; a test names every
/// one of `DetectorSettings.kinds` that does not conform.
protocol DetectorMaking: DetectorRecord {
  associatedtype Detector: SetUpDetector where Detector.Settings == Self
}

extension DetectorMaking {
  /// Makes the untrained detector.
  func makeDetector(
    image: ImageShape, seed: UInt64, context: ComputeContext, engine: (any Engine)? = nil
  ) -> any AnomalyDetector {
    Detector(
      DetectorSetup(image: image, settings: self, seed: seed, context: context, engine: engine))
  }
}

extension DetectorSettings {
  /// Makes the untrained detector.
  ///
  /// - Parameters:
  ///   - image: the shape of its images.
  ///   - seed: determines everything the detector draws at random.
  ///   - context: the CPU threads and kernels it computes with.
  ///   - engine: runs the networks; nil for the CPU.
  public func makeDetector(
    image: ImageShape, seed: UInt64, context: ComputeContext, engine: (any Engine)? = nil
  ) -> any AnomalyDetector {
    guard let record = record as? any DetectorMaking else {
      // No input leads here: only a new kind of settings without its detector, which `RegistrationTests` names. Unlike
      // `preconditionFailure`, this says so in a release build too.
      fatalError("the settings '\(name)' lack a conformance to DetectorMaking")
    }
    return record.makeDetector(image: image, seed: seed, context: context, engine: engine)
  }
}
