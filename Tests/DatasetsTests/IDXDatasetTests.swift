import Diagnostics
import Images
import Settings
import TestSupport
import Testing

@testable import Datasets

/// A tiny QMNIST: the pixels of `TinyMNIST`.
struct TinyQMNIST {
  /// Published rows: the first of the train part and the first of the test part.
  static let firstTrainRow = [5, 4, 2154, 59, 35, 229_421, 0, 0]
  static let firstTestRow = [7, 4, 2578, 69, 37, 279_260, 0, 0]
  static let trainRows = [firstTrainRow, [0, 4, 2424, 61, 30, 1, 0, 0], [9, 1, 2, 3, 4, 5, 6, 0]]
  static let testRows = [firstTestRow, [2, 4, 2526, 59, 32, 7, 0, 0]]

  static func table(_ rows: [[Int]]) -> [UInt8] {
    bigEndian([0xc02, rows.count, rows[0].count] + rows.flatMap { $0 })
  }

  static let files: [String: [UInt8]] = [
    "qmnist-train-images-idx3-ubyte": TinyMNIST.images(0..<3),
    "qmnist-train-labels-idx2-int": table(trainRows),
    "qmnist-test-images-idx3-ubyte": TinyMNIST.images(3..<5), "qmnist-test-labels-idx2-int": table(testRows),
  ]
}

/// A tiny EMNIST: the pixels of `TinyMNIST`, stored column by column.
struct TinyEMNIST {
  let split: String
  let trainLabels: [UInt8]
  let testLabels: [UInt8]

  static let letters = TinyEMNIST(split: "letters", trainLabels: [1, 26, 5], testLabels: [2, 2])

  private static func images(_ indices: Range<Int>) -> [UInt8] {
    bigEndian([0x803, indices.count, 28, 28])
      + indices.flatMap { index in
        let image = TinyMNIST.image(index)
        return (0..<784).map { image[$0 % 28 * 28 + $0 / 28] }
      }
  }

  var files: [String: [UInt8]] {
    [
      "emnist-\(split)-train-images-idx3-ubyte": Self.images(0..<3),
      "emnist-\(split)-train-labels-idx1-ubyte": TinyMNIST.labels(trainLabels),
      "emnist-\(split)-test-images-idx3-ubyte": Self.images(3..<5),
      "emnist-\(split)-test-labels-idx1-ubyte": TinyMNIST.labels(testLabels),
    ]
  }

  /// As in the published archive, with a file of another split.
  var entries: [(name: String, content: [UInt8])] {
    [("gzip/emnist-byclass-test-labels-idx1-ubyte.gz", [1])]
      + files.sorted { $0.key < $1.key }.map { ("gzip/\($0.key).gz", gzipped($0.value)) }
  }
}

struct IDXDatasetTests {
  /// Loads a data set whose files `lay` puts into the data folder.
  private func load(
    _ name: DatasetName, _ lay: (_ folder: String) throws -> Void
  ) throws -> Dataset {
    try withTemporaryFolder { folder in
      try lay(folder)
      var settings = DatasetSettings()
      settings.name = name
      return try Dataset.load(settings, from: only(folder), cache: nil)
    }
  }

  private let resized = BilinearResize(from: IDXDataset.shape, height: 32, width: 32)
    .planar((0..<5).flatMap(TinyMNIST.image))

  @Test("QMNIST's class is the first column of its table, packed or not", arguments: [false, true])
  func qmnist(packed: Bool) throws {
    let dataset = try load(.qmnist) { folder in
      for (name, bytes) in TinyQMNIST.files {
        try write(packed ? gzipped(bytes) : bytes, to: "\(folder)/qmnist/\(name)\(packed ? ".gz" : "")")
      }
    }
    #expect(dataset.labels == [5, 0, 9, 7, 2])
    #expect(dataset.officialTrainCount == 3)
    #expect(dataset.images.bytes == resized)
    #expect(dataset.deviation == nil)
  }

  @Test(
    "a malformed table of labels is refused by name",
    arguments: [
      ([], "ends after 0 bytes, within the header of 12"),
      (Array(bigEndian([0xc02, 3])), "ends after 8 bytes, within the header of 12"),
      (TinyMNIST.labels([1, 2, 3]), "begins with 0x00000801, expected 0x00000c02"),
      (TinyQMNIST.table([[1], [2], [3]]), "its table has 1 columns, expected 8"),
      (
        TinyQMNIST.table(TinyQMNIST.trainRows).dropLast(),
        "is cut off: 3 rows of 8 integers after a header of 12 bytes make 108 bytes, found 107"
      ),
      (TinyQMNIST.table(TinyQMNIST.trainRows) + [0], "has trailing bytes"),
      (bigEndian([0xc02, 0xffff_ffff, 8]), "4294967295 rows of 8 integers"),
      (bigEndian([0xc02, 0, 8]), "holds no label tables"),
      (TinyQMNIST.table([[1, 0, 0, 0, 0, 0, 0, 0], [10, 0, 0, 0, 0, 0, 0, 0]]), "label 1 is 10"),
      (TinyQMNIST.table([[0xffff_ffff, 0, 0, 0, 0, 0, 0, 0]]), "label 0 is -1, expected 0 to 9"),
      (TinyQMNIST.table(TinyQMNIST.testRows), "holds 2 labels, but"),
    ] as [([UInt8], String)])
  func badTable(bytes: [UInt8], words: String) throws {
    try withTemporaryFolder { folder in
      for (name, content) in TinyQMNIST.files { try write(content, to: "\(folder)/qmnist/\(name)") }
      let path = "\(folder)/qmnist/qmnist-train-labels-idx2-int"
      try write(bytes, to: path)
      var settings = DatasetSettings()
      settings.name = .qmnist
      expectProblem(.badData, at: path, words) { () throws(Problem) in
        _ = try Dataset.load(settings, from: only(folder), cache: nil)
      }
    }
  }

  @Test(
    "EMNIST's images are turned upright and its letters counted from a, wherever the files lie",
    arguments: ["emnist/NAME", "emnist/NAME.gz", "emnist/gzip/NAME.gz", "EMNIST/raw/NAME"])
  func emnistFiles(place: String) throws {
    let dataset = try load(.emnistLetters) { folder in
      for (name, bytes) in TinyEMNIST.letters.files {
        let path = "\(folder)/\(place.replacing("NAME", with: name))"
        try write(path.hasSuffix(".gz") ? gzipped(bytes) : bytes, to: path)
      }
    }
    #expect(dataset.labels == [0, 25, 4, 1, 1])
    #expect(dataset.classNames[25] == "z")
    #expect(dataset.officialTrainCount == 3)
    #expect(dataset.images.bytes == resized)
  }

  @Test("EMNIST's archive gives the same as its files", arguments: ["emnist", "EMNIST/raw"])
  func emnistArchive(place: String) throws {
    let dataset = try load(.emnistLetters) { folder in
      try write([], to: "\(folder)/\(place)/gzip.zip")
      writeArchive(TinyEMNIST.letters.entries, to: "\(folder)/\(place)/gzip.zip", .zip)
    }
    #expect(dataset.labels == [0, 25, 4, 1, 1])
    #expect(dataset.images.bytes == resized)
  }

  @Test("EMNIST's digits and its 47 classes are counted from 0")
  func emnistSplits() throws {
    for (name, split, last) in [(DatasetName.emnistDigits, "digits", 9), (.emnistBalanced, "balanced", 46)] {
      let tiny = TinyEMNIST(split: split, trainLabels: [0, UInt8(last), 1], testLabels: [3, 2])
      let dataset = try load(name) { folder in
        for (name, bytes) in tiny.files { try write(bytes, to: "\(folder)/emnist/\(name)") }
      }
      #expect(dataset.labels == [0, last, 1, 3, 2])
    }
    #expect(DatasetName.emnistBalanced.classNames?[35...36] == ["Z", "a"])
    #expect(DatasetName.emnistBalanced.classNames?[46] == "t")
  }

  @Test("a letter outside of 1 to 26 is refused", arguments: [UInt8(0), 27])
  func letterOutOfRange(label: UInt8) throws {
    let bytes = TinyMNIST.labels([3, label])
    expectProblem(.badData, at: "x", "label 1 is \(label), expected 1 to 26") { () throws(Problem) in
      _ = try IDX.labels(bytes, classes: 26, first: 1, from: "x")
    }
  }

  // MARK: - Zip

  private static let format = IDXDataset.emnist("letters", firstLabel: 1)

  private func load(_ archive: String, limit: Int = 1 << 20) throws(Problem) -> OfficialParts {
    let layout = ArchiveLayout(format: .zip, folder: "gzip", suffix: ".gz", limit: limit)
    let files = try UnpackedFiles(archive: archive, layout, names: Self.format.names)
    return try Self.format.load(files, classes: 26)
  }

  @Test("a zip archive cut off anywhere is refused by name")
  func cutOffZip() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/gzip.zip"
      writeArchive(TinyEMNIST.letters.entries, to: path, .zip)
      let whole = try FileBytes.read(path)
      for length in Array(0..<24) + Array(stride(from: 24, to: whole.count, by: 17)) + [whole.count - 1] {
        try write(Array(whole[..<length]), to: path)
        expectProblem(.badData, at: path) { () throws(Problem) in _ = try load(path) }
      }
    }
  }

  @Test("a zip archive with one changed byte is refused, or its content is the same")
  func changedZip() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/gzip.zip"
      writeArchive(TinyEMNIST.letters.entries, to: path, .zip)
      let whole = try FileBytes.read(path)
      let intact = try load(path).images
      for position in stride(from: 0, to: whole.count, by: 5) {
        var changed = whole
        changed[position] ^= 0x55
        try write(changed, to: path)
        let found = problem { () throws(Problem) in
          let images = try load(path).images
          #expect(images.bytes == intact.bytes && images.labels == intact.labels)
        }
        if let found { #expect(found.kind == .badData && found.place.hasPrefix(path)) }
      }
    }
  }

  @Test("the CRC of a zip entry is verified, stored or compressed", arguments: [false, true])
  func checksum(stored: Bool) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.zip"
      let content = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* $0) }
      writeArchive([("a", content)], to: path, .zip, stored: stored)
      let intact = try ArchiveFormat.zip.read(path, entries: ["a"], limit: 3000)
      #expect(intact == ["a": content])
      var bytes = try FileBytes.read(path)
      if stored {
        let start = try #require(bytes.indices.first { bytes[$0...].starts(with: content) })
        bytes[start + 2999] ^= 1
      } else {
        // The CRC stands 16 bytes after the signature of the entry in the directory.
        let entry = try #require(bytes.indices.last { bytes[$0...].starts(with: [0x50, 0x4b, 1, 2]) })
        bytes[entry + 16] ^= 1
      }
      try write(bytes, to: path)
      expectProblem(.badData, at: path, "CRC") { () throws(Problem) in
        _ = try ArchiveFormat.zip.read(path, entries: ["a"], limit: 3000)
      }
    }
  }

  @Test("a zip archive with an entry that leads elsewhere, is too large or missing is refused")
  func foreignZip() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/gzip.zip"
      writeArchive(TinyEMNIST.letters.entries + [("../x", [1])], to: path, .zip)
      expectProblem(.badData, at: path, "\"../x\" would be extracted outside") { () throws(Problem) in
        _ = try load(path)
      }
      writeArchive(TinyEMNIST.letters.entries, to: path, .zip)
      expectProblem(.badData, at: path, "where at most 20 are expected") { () throws(Problem) in
        _ = try load(path, limit: 20)
      }
      writeArchive(TinyEMNIST.letters.entries.dropLast(), to: path, .zip)
      let last = "gzip/emnist-letters-train-labels-idx1-ubyte.gz"
      expectProblem(.badData, at: path, "holds no \(last)") { () throws(Problem) in _ = try load(path) }
      var damaged = TinyEMNIST.letters.entries
      damaged[damaged.count - 1].content.removeLast()
      writeArchive(damaged, to: path, .zip)
      expectProblem(.badData, at: "\(path)/\(last)", "the gzip data is cut off") { () throws(Problem) in
        _ = try load(path)
      }
      writeArchive(TinyEMNIST.letters.entries, to: path, .tar)
      expectProblem(.badData, at: path, "the archive is damaged") { () throws(Problem) in
        _ = try load(path)
      }
    }
  }
}
