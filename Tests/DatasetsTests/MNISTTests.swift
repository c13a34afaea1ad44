import Diagnostics
import Images
import Settings
import TestSupport
import Testing

@testable import Datasets

/// A tiny data set in the form of MNIST: three training images and two test images.
struct TinyMNIST {
  static let trainLabels: [UInt8] = [5, 0, 9]
  static let testLabels: [UInt8] = [7, 7]

  static func image(_ index: Int) -> [UInt8] {
    (0..<784).map { UInt8(truncatingIfNeeded: $0 * (index + 3) / 5) }
  }

  static func images(_ indices: Range<Int>) -> [UInt8] {
    bigEndian([0x803, indices.count, 28, 28]) + indices.flatMap(image)
  }

  static func labels(_ labels: [UInt8]) -> [UInt8] { bigEndian([0x801, labels.count]) + labels }

  /// The four files by name.
  static let files: [String: [UInt8]] = [
    "train-images-idx3-ubyte": images(0..<3), "train-labels-idx1-ubyte": labels(trainLabels),
    "t10k-images-idx3-ubyte": images(3..<5), "t10k-labels-idx1-ubyte": labels(testLabels),
  ]

  static func write(to folder: String, packed: Bool) throws {
    for (name, bytes) in files {
      try DatasetsTests.write(packed ? gzipped(bytes) : bytes, to: "\(folder)/\(name)\(packed ? ".gz" : "")")
    }
  }
}

struct MNISTTests {
  @Test(
    "plain and packed files give the same data set", arguments: [DatasetName.mnist, .fashionMNIST, .kmnist])
  func plainAndPacked(name: DatasetName) throws {
    var settings = DatasetSettings()
    settings.name = name
    let datasets = try [false, true].map { packed in
      try withTemporaryFolder { folder in
        try TinyMNIST.write(to: "\(folder)/\(name.rawValue)", packed: packed)
        return try Dataset.load(settings, from: only(folder))
      }
    }
    #expect(datasets[0].fingerprint == datasets[1].fingerprint)
    let dataset = datasets[0]
    #expect(dataset.labels == [5, 0, 9, 7, 7])
    #expect(dataset.officialTrainCount == 3)
    #expect(dataset.classNames == name.classNames)
    #expect(dataset.images.shape == ImageShape(channels: 1, height: 32, width: 32))
    let resize = BilinearResize(from: IDXDataset.shape, height: 32, width: 32)
    #expect(dataset.images.bytes == resize.planar((0..<5).flatMap(TinyMNIST.image)))
  }

  @Test("the fingerprint changes with one pixel, one label and the side")
  func fingerprint() throws {
    try withTemporaryFolder { folder in
      var settings = DatasetSettings()
      settings.name = .mnist
      try TinyMNIST.write(to: "\(folder)/mnist", packed: false)
      var fingerprints = [try Dataset.load(settings, from: only(folder)).fingerprint]
      settings.side = 64
      fingerprints.append(try Dataset.load(settings, from: only(folder)).fingerprint)
      settings.side = 32
      try write(TinyMNIST.labels([7, 6]), to: "\(folder)/mnist/t10k-labels-idx1-ubyte")
      fingerprints.append(try Dataset.load(settings, from: only(folder)).fingerprint)
      var images = TinyMNIST.images(3..<5)
      images[16 + 400] ^= 0x80
      try write(images, to: "\(folder)/mnist/t10k-images-idx3-ubyte")
      fingerprints.append(try Dataset.load(settings, from: only(folder)).fingerprint)
      #expect(Set(fingerprints).count == 4)
      #expect(fingerprints.allSatisfy { $0.count == 64 })
    }
  }

  struct Damage: CustomTestStringConvertible {
    var what: String
    var file: String
    var bytes: [UInt8]
    var words: String
    var testDescription: String { what }

    static let trainImages = "train-images-idx3-ubyte"
    static let trainLabels = "train-labels-idx1-ubyte"
    static let images = TinyMNIST.images(0..<3)
    static let labels = TinyMNIST.labels(TinyMNIST.trainLabels)

    static let all = [
      Damage(
        what: "empty", file: trainImages, bytes: [], words: "ends after 0 bytes, within the header of 16"),
      Damage(
        what: "labels in the place of images", file: trainImages, bytes: labels,
        words: "is not an IDX file of images: it begins with 0x00000801, expected 0x00000803"),
      Damage(
        what: "images in the place of labels", file: trainLabels, bytes: images,
        words: "begins with 0x00000803, expected 0x00000801"),
      Damage(
        what: "only a magic number", file: trainImages, bytes: Array(images[..<4]), words: "header of 16"),
      Damage(
        what: "cut off in the header", file: trainImages, bytes: Array(images[..<15]), words: "header of 16"),
      Damage(
        what: "only a header", file: trainImages, bytes: Array(images[..<16]),
        words: "is cut off: 3 images of 28×28 after a header of 16 bytes make 2368 bytes, found 16"),
      Damage(
        what: "one byte short", file: trainImages, bytes: images.dropLast(),
        words: "make 2368 bytes, found 2367"),
      Damage(
        what: "one byte too many", file: trainImages, bytes: images + [0],
        words: "has trailing bytes: 3 images of 28×28 after a header of 16 bytes make 2368 bytes, found 2369"),
      Damage(
        what: "other dimensions", file: trainImages,
        bytes: bigEndian([0x803, 3, 14, 56]) + images[16...], words: "14×56 pixels, expected 28×28"),
      Damage(
        what: "no rows", file: trainImages, bytes: bigEndian([0x803, 3, 0, 28]),
        words: "images have 0×28 pixels"),
      Damage(
        what: "absurd dimensions", file: trainImages,
        bytes: bigEndian([0x803, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff]),
        words: "4294967295×4294967295 pixels"),
      Damage(
        what: "no images", file: trainImages, bytes: bigEndian([0x803, 0, 28, 28]), words: "holds no images"),
      Damage(
        what: "fewer images than labels", file: trainImages, bytes: TinyMNIST.images(0..<2),
        words: "holds 3 labels, but"),
      Damage(
        what: "a label out of range", file: trainLabels, bytes: TinyMNIST.labels([5, 10, 9]),
        words: "label 1 is 10, expected 0 to 9"),
      Damage(
        what: "labels cut off", file: trainLabels, bytes: labels.dropLast(),
        words: "3 labels after a header of 8 bytes make 11 bytes, found 10"),
      Damage(
        what: "something after the gzip data", file: trainImages, bytes: gzipped(images) + [1, 2, 3],
        words: "3 bytes follow the end of the gzip data"),
      Damage(
        what: "a damaged gzip checksum", file: trainImages, bytes: flipped(gzipped(images), fromEnd: 6),
        words: "the gzip data is damaged"),
    ]

    static func flipped(_ bytes: [UInt8], fromEnd position: Int) -> [UInt8] {
      var bytes = bytes
      bytes[bytes.count - position] ^= 0xff
      return bytes
    }
  }

  @Test("a damaged file is refused by name", arguments: Damage.all)
  func damage(_ damage: Damage) throws {
    try withTemporaryFolder { folder in
      try TinyMNIST.write(to: "\(folder)/mnist", packed: false)
      let path = "\(folder)/mnist/\(damage.file)"
      try write(damage.bytes, to: path)
      var settings = DatasetSettings()
      settings.name = .mnist
      let place = damage.words.hasPrefix("holds 3 labels") ? "\(folder)/mnist/train-labels-idx1-ubyte" : path
      expectProblem(.badData, at: place, damage.words) { () throws(Problem) in
        _ = try Dataset.load(settings, from: only(folder))
      }
    }
  }

  @Test("a gzip file cut off anywhere is refused")
  func cutOffGzip() {
    let packed = gzipped(TinyMNIST.images(0..<1))
    for length in 2..<packed.count {
      expectProblem(.badData, at: "x.gz", "cut off after \(length) bytes") { () throws(Problem) in
        _ = try Gzip.unpack(Array(packed[..<length]), from: "x.gz")
      }
    }
  }

  @Test("a gzip file of several members is read to its end")
  func members() throws {
    #expect(try Gzip.unpack(gzipped([1, 2]) + gzipped([]) + gzipped([3]), from: "x") == [1, 2, 3])
  }

  @Test("a gzip file that unpacks beyond all measure is refused")
  func bomb() {
    let bomb = gzipped([UInt8](repeating: 0, count: 1_000_001))
    expectProblem(.badData, at: "x", "unpacks to more than 1000000 bytes") { () throws(Problem) in
      _ = try Gzip.unpack(bomb, from: "x", limit: 1_000_000)
    }
  }
}
