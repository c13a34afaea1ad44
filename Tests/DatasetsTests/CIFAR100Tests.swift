import Diagnostics
import Settings
import TestSupport
import Testing

@testable import Datasets

struct CIFAR100Tests {
  /// Two records, with the coarse label first.
  private static func batch(_ labels: [(coarse: UInt8, fine: UInt8)]) -> [UInt8] {
    labels.enumerated().flatMap { record, labels in
      [labels.coarse, labels.fine]
        + (0..<3072).map { UInt8(truncatingIfNeeded: $0 / 5 + record + Int(labels.fine)) }
    }
  }

  private static let train = batch([(11, 19), (15, 29)])
  private static let test = batch([(10, 49), (0, 99)])
  private static let contents = ["train.bin": train, "test.bin": test]

  @Test("files and the archive give the same images by either labeling")
  func labelings() throws {
    try withTemporaryFolder { folder in
      var paths: [String: String] = [:]
      for (name, bytes) in Self.contents {
        paths[name] = "\(folder)/\(name)"
        try write(bytes, to: "\(folder)/\(name)")
      }
      let archive = "\(folder)/\(CIFAR.hundred.archive)"
      writeArchive(
        [("cifar-100-binary/fine_label_names.txt", [97])]
          + Self.contents.map { ("cifar-100-binary/\($0.key)", $0.value) }, to: archive)
      for (format, labels) in [(CIFAR.hundred, [19, 29, 49, 99]), (.superclasses, [11, 15, 10, 0])] {
        let unpacked = try UnpackedFiles(
          archive: archive, format.layout(records: 2), names: format.names)
        for files in [UnpackedFiles.single(paths), unpacked] {
          let parts = try format.load(files, records: 2)
          #expect(parts.images.labels == labels)
          #expect(parts.trainCount == 2)
          #expect(
            parts.images.bytes
              == [Self.train, Self.test].flatMap { $0[2..<3074] + $0[3076...] })
        }
      }
    }
  }

  @Test("a file of another length, or with either label out of range, is refused by name")
  func damaged() throws {
    let table: [([UInt8], String)] = [
      ([], "has 0 bytes, expected 6148: 2 records of 3074"), (Self.train.dropLast(), "has 6147 bytes"),
      (Self.train + [0], "has 6149 bytes"),
      (Self.batch([(11, 19), (20, 29)]), "the label of record 1 is 20, expected 0 to 19"),
      (Self.batch([(11, 100), (15, 29)]), "the label of record 0 is 100, expected 0 to 99"),
    ]
    try withTemporaryFolder { folder in
      let paths = Dictionary(uniqueKeysWithValues: CIFAR.hundred.names.map { ($0, "\(folder)/\($0)") })
      try write(Self.test, to: "\(folder)/test.bin")
      for (bytes, words) in table {
        try write(bytes, to: "\(folder)/train.bin")
        for format in [CIFAR.hundred, .superclasses] {
          expectProblem(.badData, at: "\(folder)/train.bin", words) { () throws(Problem) in
            _ = try format.load(.single(paths), records: 2)
          }
        }
      }
    }
  }

  @Test(
    "the train file must hold fifty thousand records", arguments: [DatasetName.cifar100, .cifar100Coarse])
  func fullSize(name: DatasetName) throws {
    try withTemporaryFolder { folder in
      for (name, bytes) in Self.contents { try write(bytes, to: "\(folder)/cifar-100-binary/\(name)") }
      var settings = DatasetSettings()
      settings.name = name
      let place = "\(folder)/cifar-100-binary/train.bin"
      expectProblem(.badData, at: place, "expected 153700000: 50000 records of 3074") { () throws(Problem) in
        _ = try Dataset.load(settings, from: only(folder), cache: nil)
      }
    }
  }

  @Test("there are 100 classes and 20 superclasses, in alphabetical order")
  func classNames() throws {
    for (name, count) in [(DatasetName.cifar100, 100), (.cifar100Coarse, 20)] {
      let names = try #require(name.classNames)
      #expect(names.count == count && Set(names).count == count)
      #expect(names == names.sorted())
    }
    // The first images of the published train part: cattle, dinosaur, apple, boy.
    let names = try #require(DatasetName.cifar100.classNames)
    #expect([19, 29, 0, 11].map { names[$0] } == ["cattle", "dinosaur", "apple", "boy"])
  }
}
