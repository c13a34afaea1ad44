/// How pixels are preprocessed for detectors that are not networks.
public enum Preprocessing: String, SettingChoice {
  /// None: the values that `protocol.input_range` gives.
  case none
  /// Global contrast normalization, as in the Deep SVDD paper's tables (Ruff et al. 2018, section 4.2): subtract each
  /// image's mean and divide by its mean absolute value, then scale so that the training images fill [0, 1].
  case contrast
}

/// Hyperparameters of a detector that sees preprocessed pixels.
public protocol PixelDetectorRecord: DetectorRecord {
  /// How pixels are preprocessed.
  var preprocessing: Preprocessing { get set }
}

extension SettingField where Record: PixelDetectorRecord {
  /// The field shared by all these detectors.
  static var preprocessing: Self {
    .choice("preprocessing", \.preprocessing, "Preprocessing of the pixels.")
  }
}

/// Hyperparameters of a detector that may see principal components instead of pixels.
public protocol ComponentDetectorRecord: PixelDetectorRecord {
  /// The share of variance for which principal components replace the pixels; 0 for the pixels themselves.
  var principalShare: Double { get set }
}

extension SettingField where Record: ComponentDetectorRecord {
  /// The field shared by all these detectors.
  static var principalShare: Self {
    .number(
      "pca", \.principalShare, NumberRange(0, 1),
      "Share of the training variance whose principal components stand for the pixels; 0: the pixels themselves."
    )
  }
}
