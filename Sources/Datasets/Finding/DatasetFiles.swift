import Diagnostics
import Settings

/// The files of a published data set: their required content, and where to download them.
public struct DatasetFiles: Sendable {
  /// A file to download.
  public struct Download: Sendable {
    /// Its name on the mirrors.
    public let name: String
    /// Where it is stored, relative to the data folder.
    public let path: String
    /// Size in bytes as its authors publish it, if known.
    public let size: Int?
    /// SHA-256 as its authors publish it, if known.
    public let sha256: String?
    /// The files it holds, unpacked.
    public let contents: [Content]
    /// How it holds them; nil if it is a single file, gzipped or not.
    var layout: ArchiveLayout?

    /// Whether a copy can be told by its content, so that other packings are accepted; else only by the packed file.
    var isKnownByContent: Bool { contents.allSatisfy { $0.sha256 != nil } }
  }

  /// An unpacked file.
  public struct Content: Sendable {
    /// Its official name.
    public let name: String
    /// Size in bytes.
    public let size: Int
    /// SHA-256 of the unpacked file, if known.
    public let sha256: String?
  }

  /// The data set whose files these are.
  public let dataset: DatasetName
  /// The folder, relative to the data folder, that holds the files, packed or not.
  public let folder: String
  /// In declaration order.
  public let downloads: [Download]
  /// Base URLs that end with a slash, to which a download's name is appended, in order of preference.
  public let mirrors: [String]
  /// What the user can do when the data set is missing.
  public let remedy: String

  /// Other folders, relative to the data folder, that may hold the files: torchvision's, and EMNIST's archive,
  /// unpacked.
  var othersFolders: [String] {
    switch dataset {
    case .mnist: ["MNIST/raw"]
    case .fashionMNIST: ["FashionMNIST/raw"]
    case .kmnist: ["KMNIST/raw"]
    case .qmnist: ["QMNIST/raw"]
    case .emnistLetters, .emnistDigits, .emnistBalanced: ["emnist/gzip", "EMNIST/raw", "EMNIST/raw/gzip"]
    case .svhn: [""]
    case .cifar10, .cifar100, .cifar100Coarse, .digits, .folder, .arrays: []
    }
  }

  /// The archive that holds all files; nil if they are published one by one.
  var archive: Download? { downloads.first { $0.layout != nil } }

  /// The files where they were found.
  ///
  /// - Throws: `Problem` when they are in an archive that cannot be read.
  func open(_ location: DatasetLocation) throws(Problem) -> UnpackedFiles {
    switch location.form {
    case .files(let paths): return .single(paths)
    case .archive(let path):
      guard let layout = archive?.layout else { preconditionFailure("\(dataset) comes in no archive") }
      return try UnpackedFiles(archive: path, layout, names: contents.map(\.name))
    case .embedded, .imageFolder, .arrays: preconditionFailure("\(dataset) comes in files")
    }
  }

  /// The paths within its folder at which a file may be found: its own name, gzipped or not; the same with a dot, as on
  /// Kaggle and from old programs; and each of these inside a folder of the file's name, as Kaggle packs it. SVHN's
  /// files are read as published or not at all.
  func spellings(of name: String) -> [String] {
    if dataset == .svhn { return [name] }
    let dotted = name.replacing("-idx", with: ".idx")
    let names = ["\(name).gz", name] + (dotted == name ? [] : ["\(dotted).gz", dotted])
    return names + names.map { "\(name)/\($0)" }
  }

  /// All unpacked files.
  public var contents: [Content] { downloads.flatMap(\.contents) }

  /// The files of a published data set; nil for the embedded digits, image folders and arrays.
  public static func declared(for dataset: DatasetName) -> DatasetFiles? {
    switch dataset {
    case .mnist: mnist
    case .fashionMNIST: fashionMNIST
    case .cifar10: cifar10
    case .kmnist: kmnist
    case .qmnist: qmnist
    case .emnistLetters: emnist(dataset, .emnist("letters"), train: 124_800, test: 20_800)
    case .emnistDigits: emnist(dataset, .emnist("digits"), train: 240_000, test: 40_000)
    case .emnistBalanced: emnist(dataset, .emnist("balanced"), train: 112_800, test: 18_800)
    case .cifar100, .cifar100Coarse: cifar100(dataset)
    case .svhn: svhn
    case .digits, .folder, .arrays: nil
    }
  }
}

extension DatasetFiles {
  private static let mnist = DatasetFiles(
    dataset: .mnist, folder: "mnist",
    downloads: [
      idx(
        "mnist", IDXDataset.mnist.train.images, size: 9_912_422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", unpackedSize: 47_040_016,
        unpackedSHA256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
      idx(
        "mnist", IDXDataset.mnist.train.labels, size: 28_881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", unpackedSize: 60_008,
        unpackedSHA256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
      idx(
        "mnist", IDXDataset.mnist.test.images, size: 1_648_877,
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", unpackedSize: 7_840_016,
        unpackedSHA256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
      idx(
        "mnist", IDXDataset.mnist.test.labels, size: 4_542,
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", unpackedSize: 10_008,
        unpackedSHA256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ],
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    remedy: "ganomaly data fetch mnist")

  /// Debian packs the same content with a shorter gzip header, so only the content is declared.
  private static let fashionMNIST = DatasetFiles(
    dataset: .fashionMNIST, folder: "fashion-mnist",
    downloads: [
      idx(
        "fashion-mnist", IDXDataset.mnist.train.images, size: 26_421_880, unpackedSize: 47_040_016,
        unpackedSHA256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
      idx(
        "fashion-mnist", IDXDataset.mnist.train.labels, size: 29_515, unpackedSize: 60_008,
        unpackedSHA256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
      idx(
        "fashion-mnist", IDXDataset.mnist.test.images, size: 4_422_102, unpackedSize: 7_840_016,
        unpackedSHA256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
      idx(
        "fashion-mnist", IDXDataset.mnist.test.labels, size: 5_148, unpackedSize: 10_008,
        unpackedSHA256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    ],
    mirrors: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
    remedy: "ganomaly data fetch fashion-mnist, or install Debian's package dataset-fashion-mnist")

  private static let cifar10 = DatasetFiles(
    dataset: .cifar10, folder: CIFAR.ten.folder,
    downloads: [
      Download(
        name: CIFAR.ten.archive, path: CIFAR.ten.archive, size: 170_052_171, sha256: nil,
        contents: zip(
          CIFAR.ten.names,
          [
            "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
            "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
            "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
            "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
            "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
            "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
          ]
        ).map { Content(name: $0, size: 30_730_000, sha256: $1) }, layout: CIFAR.ten.layout())
    ],
    mirrors: ["https://www.cs.toronto.edu/~kriz/"],
    remedy: "ganomaly data fetch cifar10")

  static func idx(
    _ folder: String, _ name: String, size: Int? = nil, sha256: String? = nil, unpackedSize: Int,
    unpackedSHA256: String? = nil
  ) -> Download {
    Download(
      name: "\(name).gz", path: "\(folder)/\(name).gz", size: size, sha256: sha256,
      contents: [Content(name: name, size: unpackedSize, sha256: unpackedSHA256)])
  }
}
