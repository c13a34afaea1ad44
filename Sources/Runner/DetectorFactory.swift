import Detectors
import Images
import Kernels
import Settings
import Specs

/// Makes the untrained detector of a run for images of a shape.
typealias DetectorFactory = (Run, ImageShape, ComputeContext) -> any AnomalyDetector

/// The detector that the run's settings name.
func makeDetector(for run: Run, image: ImageShape, context: ComputeContext) -> any AnomalyDetector {
  run.detector.makeDetector(image: image, seed: UInt64(run.seed), context: context)
}
