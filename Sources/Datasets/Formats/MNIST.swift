import Diagnostics
import Images

/// MNIST (LeCun, Cortes, Burges) and Fashion-MNIST (Xiao, Rasul, Vollgraf 2017), which share file names and format:
/// four IDX files, plain or gzipped.
enum MNIST {
  static let shape = ImageShape(channels: 1, height: 28, width: 28)

  /// The official unpacked names.
  enum FileName {
    static let trainImages = "train-images-idx3-ubyte"
    static let trainLabels = "train-labels-idx1-ubyte"
    static let testImages = "t10k-images-idx3-ubyte"
    static let testLabels = "t10k-labels-idx1-ubyte"
  }

  /// Reads the official train and test parts.
  ///
  /// - Parameters:
  ///   - files: the path of each of the four files, by its official name.
  ///   - classes: the number of classes; all labels are below it.
  static func load(
    files: [String: String], classes: Int
  ) throws(Problem) -> (train: LabelledImages, test: LabelledImages) {
    func path(_ name: String) -> String { files[name] ?? name }
    let train = try part(
      images: path(FileName.trainImages), labels: path(FileName.trainLabels), classes: classes)
    let test = try part(
      images: path(FileName.testImages), labels: path(FileName.testLabels), classes: classes)
    return (train, test)
  }

  private static func part(images: String, labels: String, classes: Int) throws(Problem) -> LabelledImages {
    let (found, pixels) = try IDX.images(Gzip.readFile(images), from: images)
    guard found == shape else {
      throw Problem(
        .badData, at: images,
        "its images have \(found.height)×\(found.width) pixels, expected \(shape.height)×\(shape.width)")
    }
    let classesOfImages = try IDX.labels(Gzip.readFile(labels), classes: classes, from: labels)
    let count = pixels.count / shape.count
    guard classesOfImages.count == count else {
      throw Problem(
        .badData, at: labels, "holds \(classesOfImages.count) labels, but \(images) holds \(count) images")
    }
    return LabelledImages(shape: shape, bytes: pixels, labels: classesOfImages)
  }
}
