import Settings

/// Data sets of which the packed files' checksums are known, but not, or not all, the content's.
extension DatasetFiles {
  static let kmnist = DatasetFiles(
    dataset: .kmnist, folder: "kmnist",
    downloads: [
      idx(
        "kmnist", IDXDataset.mnist.train.images, size: 18_165_135,
        sha256: "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4", unpackedSize: 47_040_016),
      idx(
        "kmnist", IDXDataset.mnist.train.labels, size: 29_497,
        sha256: "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17", unpackedSize: 60_008),
      idx(
        "kmnist", IDXDataset.mnist.test.images, size: 3_041_136,
        sha256: "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5", unpackedSize: 7_840_016),
      idx(
        "kmnist", IDXDataset.mnist.test.labels, size: 5_120,
        sha256: "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c", unpackedSize: 10_008),
    ],
    mirrors: ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"], remedy: "ganomaly data fetch kmnist")

  static let qmnist = DatasetFiles(
    dataset: .qmnist, folder: "qmnist",
    downloads: [
      idx(
        "qmnist", IDXDataset.qmnist.train.images,
        sha256: "9e26a7bf1683614e065d7b76460ccd52807165b3f22561fb782bd9f38c52b51d", unpackedSize: 47_040_016),
      idx(
        "qmnist", IDXDataset.qmnist.train.labels, size: 463_024,
        sha256: "2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f", unpackedSize: 1_920_012,
        unpackedSHA256: "bb1b6e1ec7b04fd5696f1ed50b5f58f8ef195118edd5c93c81783df9740b8ac5"),
      idx(
        "qmnist", IDXDataset.qmnist.test.images,
        sha256: "43fc22bf7498b8fc98de98369d72f752d0deabc280a43a7bcc364ab19e57b375", unpackedSize: 47_040_016),
      idx(
        "qmnist", IDXDataset.qmnist.test.labels, size: 526_800,
        sha256: "9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06", unpackedSize: 1_920_012,
        unpackedSHA256: "92d0ccb8c25f9c6534270fb4be7e1d24a1c6d315edfc8a638bfbd31c70f362dd"),
    ],
    mirrors: ["https://raw.githubusercontent.com/facebookresearch/qmnist/master/"],
    remedy: "ganomaly data fetch qmnist")

  /// One of EMNIST's splits; all come in one archive.
  static func emnist(_ dataset: DatasetName, _ format: IDXDataset, train: Int, test: Int) -> DatasetFiles {
    func contents(_ part: IDXDataset.Part, _ count: Int) -> [Content] {
      [
        Content(name: part.images, size: 16 + count * IDXDataset.shape.count, sha256: nil),
        Content(name: part.labels, size: 8 + count, sha256: nil),
      ]
    }
    return DatasetFiles(
      dataset: dataset, folder: "emnist",
      downloads: [
        Download(
          name: "gzip.zip", path: "emnist/gzip.zip", size: 561_753_746,
          sha256: "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
          contents: contents(format.train, train) + contents(format.test, test),
          layout: ArchiveLayout(format: .zip, folder: "gzip", suffix: ".gz", limit: Gzip.limit))
      ],
      mirrors: [
        "https://biometrics.nist.gov/cs_links/EMNIST/", "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
      ],
      remedy: "ganomaly data fetch \(dataset.rawValue)")
  }

  /// Both labelings share the archive.
  static func cifar100(_ dataset: DatasetName) -> DatasetFiles {
    let format = CIFAR.hundred
    return DatasetFiles(
      dataset: dataset, folder: format.folder,
      downloads: [
        Download(
          name: format.archive, path: format.archive, size: 168_513_733,
          sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
          contents: (format.trainBatches + format.testBatches).map {
            Content(name: $0.name, size: $0.records * format.recordLength, sha256: nil)
          }, layout: format.layout())
      ],
      mirrors: ["https://www.cs.toronto.edu/~kriz/"], remedy: "ganomaly data fetch \(dataset.rawValue)")
  }

  /// Published unpacked, so that the published file is the content.
  static let svhn = DatasetFiles(
    dataset: .svhn, folder: "svhn",
    downloads: [
      mat(
        SVHN.trainFile, size: 182_040_794,
        sha256: "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8"),
      mat(
        SVHN.testFile, size: 64_275_384,
        sha256: "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b"),
    ],
    mirrors: ["http://ufldl.stanford.edu/housenumbers/"], remedy: "ganomaly data fetch svhn")

  private static func mat(_ name: String, size: Int, sha256: String) -> Download {
    Download(
      name: name, path: "svhn/\(name)", size: size, sha256: sha256,
      contents: [Content(name: name, size: size, sha256: nil)])
  }
}
