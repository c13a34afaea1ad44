import Images
import Kernels
import Settings
import Testing

@testable import Detectors

extension DetectorSettings {
  /// The default settings of every kind of detector that is trained by steps.
  static var trainedKinds: [any EpochTrainedRecord] {
    kinds.compactMap { $0.init() as? any EpochTrainedRecord }
  }
}

@Suite("Registration of detectors")
struct RegistrationTests {
  @Test("every kind of settings makes a detector, and no two share a name")
  func kinds() {
    for kind in DetectorSettings.kinds {
      #expect(kind is any DetectorMaking.Type, "\(kind) has no `extension … : DetectorMaking` in Detectors")
    }
    #expect(Set(DetectorSettings.names).count == DetectorSettings.kinds.count)
  }

  @Test("every kind that is trained by steps can be continued in another process")
  func resumable() {
    for record in DetectorSettings.trainedKinds {
      let detector = DetectorSettings(record).makeDetector(
        image: ImageShape(channels: 1, height: 32, width: 32), seed: 0, context: ComputeContext(threads: 1))
      #expect(detector is any Resumable, "\(type(of: record))")
    }
  }
}
