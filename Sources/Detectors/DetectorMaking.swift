import Images
import Kernels
import Settings

/// Settings that know the detector that they are of.
public protocol DetectorMaking: DetectorRecord {
  /// The untrained detector.
  ///
  /// - Parameters:
  ///   - image: the images that it will see.
  ///   - scale: how their bytes become numbers.
  ///   - seed: of all that is drawn.
  ///   - context: the threads and kernels that it computes with.
  func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector
}

extension DetectorSettings {
  /// The untrained detector; see `DetectorMaking`.
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    guard let record = record as? any DetectorMaking else {
      preconditionFailure("the settings '\(name)' make no detector")
    }
    return record.makeDetector(image: image, scale: scale, seed: seed, context: context)
  }
}

extension GANomalySettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    GANomaly(image: image, settings: self, seed: seed, context: context)
  }
}
