/// What the detectors call their scores whose score is a weighted sum of two distances: between an image and its
/// reconstruction, and between the discriminator's features of the two.
public enum AdversarialScores {
  /// The weighted sum: the headline.
  public static let combined = "combined"
  /// The distance between the images alone.
  public static let reconstruction = "reconstruction"
  /// The distance between the features alone.
  public static let feature = "feature"

  /// All of them, the headline first.
  public static let names = [combined, reconstruction, feature]
}
