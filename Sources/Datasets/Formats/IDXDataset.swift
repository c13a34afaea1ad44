import Diagnostics
import Images

/// Data sets of 28×28 gray images in four IDX files, as MNIST (LeCun, Cortes, Burges) introduced them: Fashion-MNIST
/// (Xiao, Rasul, Vollgraf 2017), KMNIST (Clanuwat et al. 2018), QMNIST (Yadav, Bottou 2019) and EMNIST (Cohen et al.
/// 2017).
struct IDXDataset: Sendable {
  static let shape = ImageShape(channels: 1, height: 28, width: 28)

  /// How a file holds labels.
  enum Labels: Sendable {
    /// A byte for each image; the number is the first class's label.
    case bytes(first: Int)
    /// Rows of this many 32-bit integers, of which the first is the class.
    case table(columns: Int)
  }

  /// The official unpacked names of one part's files.
  struct Part: Sendable {
    let images: String
    let labels: String
  }

  let train: Part
  let test: Part
  var labels = Labels.bytes(first: 0)
  /// Whether images are stored column by column.
  var isTransposed = false

  static let mnist = IDXDataset(
    train: Part(images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte"),
    test: Part(images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte"))

  /// The class is followed by NIST's series, writer, digit, class and number, a count of duplicates, and zero.
  static let qmnist = IDXDataset(
    train: Part(images: "qmnist-train-images-idx3-ubyte", labels: "qmnist-train-labels-idx2-int"),
    test: Part(images: "qmnist-test-images-idx3-ubyte", labels: "qmnist-test-labels-idx2-int"),
    labels: .table(columns: 8))

  /// One of EMNIST's splits.
  static func emnist(_ split: String, firstLabel: Int = 0) -> IDXDataset {
    func part(_ name: String) -> Part {
      Part(
        images: "emnist-\(split)-\(name)-images-idx3-ubyte",
        labels: "emnist-\(split)-\(name)-labels-idx1-ubyte")
    }
    return IDXDataset(
      train: part("train"), test: part("test"), labels: .bytes(first: firstLabel), isTransposed: true)
  }

  /// Unpacked names, the train part's first.
  var names: [String] { [train.images, train.labels, test.images, test.labels] }

  /// Reads the official train and test parts.
  ///
  /// - Parameters:
  ///   - files: the four files.
  ///   - classes: the number of classes.
  func load(_ files: UnpackedFiles, classes: Int) throws(Problem) -> OfficialParts {
    try OfficialParts(
      train: read(train, of: files, classes: classes), test: read(test, of: files, classes: classes))
  }

  private func read(
    _ part: Part, of files: UnpackedFiles, classes: Int
  ) throws(Problem) -> LabelledImages {
    let (place, labelsPlace) = (files.place(of: part.images), files.place(of: part.labels))
    let (found, pixels) = try IDX.images(files.read(part.images), from: place)
    let shape = Self.shape
    guard found == shape else {
      throw Problem(
        .badData, at: place,
        "its images have \(found.height)×\(found.width) pixels, expected \(shape.height)×\(shape.width)")
    }
    let bytes = try files.read(part.labels)
    let classesOfImages =
      switch labels {
      case .bytes(let first): try IDX.labels(bytes, classes: classes, first: first, from: labelsPlace)
      case .table(let columns):
        try IDX.firstColumn(bytes, columns: columns, classes: classes, from: labelsPlace)
      }
    let count = pixels.count / shape.count
    guard classesOfImages.count == count else {
      throw Problem(
        .badData, at: labelsPlace, "holds \(classesOfImages.count) labels, but \(place) holds \(count) images"
      )
    }
    var images = LabelledImages(shape: shape, bytes: pixels, labels: classesOfImages)
    if isTransposed { images.transpose() }
    return images
  }
}
