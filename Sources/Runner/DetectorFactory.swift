import Detectors
import Images
import Kernels
import Settings
import Specs

/// Makes a run's untrained detector for images of the given shape.
typealias DetectorFactory = (Run, ImageShape, ComputeContext) -> any AnomalyDetector

/// Opens the engine for runs that do not compute on the processor; returns nil for those that do.
public typealias EngineFactory = @Sendable () throws -> (any Engine)?

/// Makes the detector that the run's settings name.
///
/// - Parameter engine: the run's engine; ignored if the run computes on the processor.
/// - Precondition: `engine` is given unless the run computes on the processor.
func makeDetector(
  for run: Run, image: ImageShape, context: ComputeContext, engine: (any Engine)?
) -> any AnomalyDetector {
  precondition(run.engine == .cpu || engine != nil, "a run on '\(run.engine)', but no such engine")
  return run.detector.makeDetector(
    image: image, seed: UInt64(run.seed), context: context, engine: run.engine == .cpu ? nil : engine)
}
