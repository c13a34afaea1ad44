import Images
import Kernels
import Settings

extension EGBADSettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    EGBAD(image: image, settings: self, seed: seed, context: context)
  }
}

extension AnoGANSettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    AnoGAN(image: image, settings: self, seed: seed, context: context)
  }
}

extension SkipGANomalySettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    SkipGANomaly(image: image, settings: self, seed: seed, context: context)
  }
}
