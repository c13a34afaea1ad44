import Detectors
import Images
import Kernels
import Settings
import Specs

/// Makes the untrained detector of a run for images of a shape.
typealias DetectorFactory = (Run, ImageShape, ComputeContext) -> any AnomalyDetector

/// Opens the engine of runs that are not computed by the processor; nil for those that are.
public typealias EngineFactory = @Sendable () throws -> (any Engine)?

/// The detector that the run's settings name.
///
/// - Parameter engine: of a run that is not computed by the processor.
/// - Precondition: there is one where the run asks for it.
func makeDetector(
  for run: Run, image: ImageShape, context: ComputeContext, engine: (any Engine)?
) -> any AnomalyDetector {
  precondition(run.engine == .cpu || engine != nil, "a run on '\(run.engine)', but no such engine")
  return run.detector.makeDetector(
    image: image, seed: UInt64(run.seed), context: context, engine: run.engine == .cpu ? nil : engine)
}
