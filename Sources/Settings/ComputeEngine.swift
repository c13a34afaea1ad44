/// What computes a run's networks.
public enum ComputeEngine: String, CaseIterable, Sendable {
  /// The processor.
  case cpu
  /// An OpenCL device, such as a graphics card.
  case opencl

  /// The detectors it supports; empty for all.
  public var detectors: [any DetectorRecord.Type] {
    switch self {
    case .cpu: []
    case .opencl:
      [GANomalySettings.self, SkipGANomalySettings.self, AnoGANSettings.self, EGBADSettings.self]
    }
  }

  /// Whether it supports a detector.
  public func computes(_ detector: DetectorSettings) -> Bool {
    detectors.isEmpty || detectors.contains { $0.detectorName == detector.name }
  }
}
