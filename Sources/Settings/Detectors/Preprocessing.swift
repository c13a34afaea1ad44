/// What is done to an image's numbers before a detector that is not a network sees them.
public enum Preprocessing: String, SettingChoice {
  /// Nothing: the numbers that `protocol.input_range` gives.
  case none
  /// Global contrast normalization, as the Deep SVDD paper's tables have it (Ruff et al. 2018, section 4.2): each
  /// image less its mean, divided by its mean absolute value; then scaled so that the training images fill [0, 1].
  case contrast
}

/// The hyperparameters of a detector that sees preprocessed pixels.
public protocol PixelDetectorRecord: DetectorRecord {
  var preprocessing: Preprocessing { get set }
}

extension SettingField where Record: PixelDetectorRecord {
  /// The one field of all such detectors.
  static var preprocessing: Self {
    .choice("preprocessing", \.preprocessing, "Preprocessing of the pixels.")
  }
}

/// The hyperparameters of a detector that may see principal components instead of pixels.
public protocol ComponentDetectorRecord: PixelDetectorRecord {
  /// Share of the variance whose principal components stand for the pixels; 0 for the pixels themselves.
  var principalShare: Double { get set }
}

extension SettingField where Record: ComponentDetectorRecord {
  /// The one field of all such detectors.
  static var principalShare: Self {
    .number(
      "pca", \.principalShare, NumberRange(0, 1),
      "Share of the training variance whose principal components stand for the pixels; 0: the pixels themselves."
    )
  }
}
