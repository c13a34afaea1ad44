/// What computes a run's networks.
public enum ComputeEngine: String, CaseIterable, Sendable {
  /// The processor.
  case cpu
  /// A device that OpenCL reaches, such as a graphics card.
  case opencl

  /// The detectors that it computes; empty for all.
  public var detectors: [any DetectorRecord.Type] {
    switch self {
    case .cpu: []
    case .opencl:
      [GANomalySettings.self, SkipGANomalySettings.self, AnoGANSettings.self, EGBADSettings.self]
    }
  }

  /// Whether it computes a detector's networks.
  public func computes(_ detector: DetectorSettings) -> Bool {
    detectors.isEmpty || detectors.contains { $0.detectorName == detector.name }
  }
}
