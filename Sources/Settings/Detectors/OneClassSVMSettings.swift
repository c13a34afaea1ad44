/// Hyperparameters of the one-class support vector machine (Schölkopf et al. 2001) with an RBF kernel.
public struct OneClassSVMSettings: ComponentDetectorRecord {
  public static let detectorName = "oc-svm"

  public var preprocessing = Preprocessing.none
  public var principalShare = 0.0
  /// An upper bound on the share of training images outside and a lower bound on the share of support vectors.
  public var nu = 0.1
  /// γ in exp(−γ‖x − y‖²); 0 for 1/(d·variance), scikit-learn's `scale`.
  public var gamma = 0.0
  /// The most training images to fit on, drawn with the run's seed.
  public var subsample = 10_000
  /// libsvm's stopping tolerance.
  public var tolerance = 1e-3

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["distance"] }

  public var smallestTrainingSet: (count: Int, field: String) { (2, "") }

  public var noteInTables: String { "fitted on at most \(subsample) training images" }

  public static let fields: [SettingField<OneClassSVMSettings>] = [
    .preprocessing,
    .principalShare,
    .number(
      "nu", \.nu, NumberRange(0, 1, includesLower: false),
      "Upper bound of the share of training images outside the boundary."),
    .number(
      "gamma", \.gamma, NumberRange(0, 1e6),
      "The kernel's γ in exp(−γ‖x − y‖²); 0: 1/(d·variance), scikit-learn's `scale`."),
    .integer(
      "subsample", \.subsample, 2...100_000,
      "Training images to fit on, sampled with the run's seed (all if there are fewer)."),
    .number(
      "tolerance", \.tolerance, NumberRange(1e-12, 1), "libsvm's stopping tolerance."),
  ]
}
