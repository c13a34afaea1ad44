import Hashing
import Settings
import Testing

@testable import Datasets

/// The published data, where it is at hand: checksums, and every image against Pillow's resize.
struct RealDataTests {
  static let search = DataSearchPath()

  static func isFound(_ name: DatasetName) -> Bool { (try? search.locate(settings(name))) != nil }

  static func settings(_ name: DatasetName) -> DatasetSettings {
    var settings = DatasetSettings()
    settings.name = name
    return settings
  }

  private func check(_ name: DatasetName, images: String, labels: String, train: Int) throws {
    #expect(DatasetFiles.verify(name, in: Self.search).map(\.state).allSatisfy { $0 == .intact })
    let dataset = try Dataset.load(Self.settings(name), from: Self.search)
    #expect(dataset.officialTrainCount == train)
    #expect(SHA256.hexadecimal(of: dataset.images.bytes) == images)
    #expect(SHA256.hexadecimal(of: dataset.labels.map { UInt8($0) }) == labels)
    #expect(dataset.deviation == nil, "\(dataset.fingerprint)")
  }

  @Test(
    "MNIST is the published one, resized as Pillow does it",
    .enabled(if: isFound(.mnist), "MNIST is not at hand"))
  func mnist() throws {
    try check(
      .mnist, images: "496717fbb43e7187a512537f5a8e183f424db9eed00f9a7b4eb8eeff73b6c434",
      labels: "671ff9d70b4811116d55c3dd479efa7a981e2e62753ef7a6d5c15fea81e63d27", train: 60_000)
  }

  @Test(
    "Fashion-MNIST is the published one, resized as Pillow does it",
    .enabled(if: isFound(.fashionMNIST), "Fashion-MNIST is not at hand"))
  func fashionMNIST() throws {
    try check(
      .fashionMNIST, images: "03485616ab2660618ec7130a19d9807c83f462ad1a1f7fb32bffc3d0f3e747dc",
      labels: "8ab940a680640f36c0bf1d2549cb2f3b3d4068c12547116cc7b1161b1d26663d", train: 60_000)
  }

  @Test("CIFAR-10 is the published one", .enabled(if: isFound(.cifar10), "CIFAR-10 is not at hand"))
  func cifar10() throws {
    try check(
      .cifar10, images: "2ae5d6db0453753867541f0ccce0b648fcd0aaf596c0ca67c33dc03b3deaf283",
      labels: "3edb456524d5918aefded81f5aef7c32efab2a788211df998a4eb0c8957baa1f", train: 50_000)
  }
}
