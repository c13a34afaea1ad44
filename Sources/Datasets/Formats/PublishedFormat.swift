import Diagnostics
import Settings

/// How the files of a published data set are read.
enum PublishedFormat: Sendable {
  case idx(IDXDataset)
  case cifar(CIFAR)
  case svhn

  /// The format of a published data set; nil for the embedded digits, image folders and arrays.
  static func of(_ dataset: DatasetName) -> PublishedFormat? {
    switch dataset {
    case .mnist, .fashionMNIST, .kmnist: .idx(.mnist)
    case .qmnist: .idx(.qmnist)
    case .emnistLetters: .idx(.emnist("letters", firstLabel: 1))
    case .emnistDigits: .idx(.emnist("digits"))
    case .emnistBalanced: .idx(.emnist("balanced"))
    case .cifar10: .cifar(.ten)
    case .cifar100: .cifar(.hundred)
    case .cifar100Coarse: .cifar(.superclasses)
    case .svhn: .svhn
    case .digits, .folder, .arrays: nil
    }
  }

  /// Reads the official parts from files, or from the archive that `declared` describes.
  ///
  /// - Parameter classes: the number of classes.
  func load(
    _ location: DatasetLocation, _ declared: DatasetFiles, classes: Int
  ) throws(Problem) -> OfficialParts {
    switch (self, location.form) {
    case (.svhn, .files(let paths)): try SVHN.load(paths, declared)
    case (.idx(let dataset), _): try dataset.load(declared.open(location), classes: classes)
    case (.cifar(let dataset), _): try dataset.load(declared.open(location))
    case (.svhn, _): preconditionFailure("SVHN comes in no archive")
    }
  }
}

/// The official train and test parts of a data set, joined.
struct OfficialParts {
  var images: LabelledImages
  /// The size of the train part, which comes first.
  var trainCount: Int
}

extension OfficialParts {
  init(train: LabelledImages, test: LabelledImages) {
    precondition(train.shape == test.shape, "\(train.shape) and \(test.shape) images cannot be joined")
    self.init(
      images: LabelledImages(
        shape: train.shape, bytes: train.bytes + test.bytes, labels: train.labels + test.labels),
      trainCount: train.labels.count)
  }
}
