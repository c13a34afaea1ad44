import Diagnostics

/// The handwritten digits of Alpaydin and Kaynak (UCI Machine Learning Repository 1998), embedded in the program: 1,797
/// images of 8×8.
enum Digits {
  /// The largest pixel value; the smallest is 0.
  static let white = 16

  /// The images in the order of scikit-learn's `load_digits`, with 0 ... 16 scaled to 0 ... 255 and rounded.
  static func load() throws(Problem) -> LabelledImages {
    let place = "the digits that are part of the program"
    let (shape, pixels) = try IDX.images(
      Gzip.unpack(PackageResources.digits_images_gz, from: place), from: place)
    let labels = try IDX.labels(
      Gzip.unpack(PackageResources.digits_labels_gz, from: place), classes: 10, from: place)
    return LabelledImages(
      shape: shape, bytes: pixels.map { UInt8((Int($0) * 255 + white / 2) / white) }, labels: labels)
  }
}
