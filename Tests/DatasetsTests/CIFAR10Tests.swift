import Diagnostics
import Images
import Settings
import TestSupport
import Testing

@testable import Datasets

struct CIFAR10Tests {
  static let recordLength = 3073

  /// A batch of two records.
  static func batch(_ index: Int) -> [UInt8] {
    (0..<2).flatMap { (record: Int) -> [UInt8] in
      let label = UInt8((index * 2 + record) % 10)
      let pixels = (0..<3072).map { (position: Int) in
        UInt8(truncatingIfNeeded: position / 7 + index + record)
      }
      return [label] + pixels
    }
  }

  static let contents = CIFAR.ten.names.enumerated().map { (name: $1, content: batch($0)) }
  static let entries = contents.map { (name: "\(CIFAR.ten.folder)/\($0.name)", content: $0.content) }

  static func load(_ archive: String) throws(Problem) -> LabelledImages {
    let files = try UnpackedFiles(archive: archive, CIFAR.ten.layout(records: 2), names: CIFAR.ten.names)
    return try CIFAR.ten.load(files, records: 2).images
  }

  @Test("batches and the archive give the same images")
  func batchesAndArchive() throws {
    try withTemporaryFolder { folder in
      var paths: [String: String] = [:]
      for (name, content) in Self.contents {
        paths[name] = "\(folder)/\(name)"
        try write(content, to: "\(folder)/\(name)")
      }
      // The official archive holds other files too, and the batches in no order.
      let archive = "\(folder)/\(CIFAR.ten.archive)"
      writeArchive([("./readme.html", [60])] + Self.entries.reversed(), to: archive)

      let images = try CIFAR.ten.load(.single(paths), records: 2).images
      let unpacked = try Self.load(archive)
      #expect(images.labels == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
      #expect(images.bytes == Self.contents.flatMap { $0.content[1..<3073] + $0.content[3074...] })
      #expect(unpacked.labels == images.labels)
      #expect(unpacked.bytes == images.bytes)
    }
  }

  @Test("a batch of another length, or with a label out of range, is refused by name")
  func damagedBatch() throws {
    let good = Self.batch(2)
    var mislabelled = good
    mislabelled[3073] = 10
    let table: [([UInt8], String)] = [
      ([], "has 0 bytes, expected 6146: 2 records of 3073"),
      (Array(good[..<1]), "has 1 bytes"),
      (Array(good[..<3073]), "has 3073 bytes"),
      (good.dropLast(), "has 6145 bytes"),
      (good + [0], "has 6147 bytes"),
      (mislabelled, "the label of record 1 is 10, expected 0 to 9"),
    ]
    try withTemporaryFolder { folder in
      for (bytes, words) in table {
        var paths: [String: String] = [:]
        for (name, content) in Self.contents {
          paths[name] = "\(folder)/\(name)"
          try write(name == "data_batch_3.bin" ? bytes : content, to: "\(folder)/\(name)")
        }
        expectProblem(.badData, at: "\(folder)/data_batch_3.bin", words) { () throws(Problem) in
          _ = try CIFAR.ten.load(.single(paths), records: 2).images
        }
      }
    }
  }

  @Test("a batch must hold ten thousand records")
  func fullSize() throws {
    try withTemporaryFolder { folder in
      for (name, content) in Self.contents {
        try write(content, to: "\(folder)/cifar-10-batches-bin/\(name)")
      }
      var settings = DatasetSettings()
      settings.name = .cifar10
      let place = "\(folder)/cifar-10-batches-bin/data_batch_1.bin"
      expectProblem(.badData, at: place, "expected 30730000: 10000 records of 3073") { () throws(Problem) in
        _ = try Dataset.load(settings, from: only(folder))
      }
    }
  }

  @Test(
    "an archive with an entry that leads elsewhere is refused", arguments: ["/etc/x", "a/../../x", "../x"])
  func unsafeEntry(name: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.tar.gz"
      writeArchive(Self.entries + [(name, [1])], to: path)
      expectProblem(.badData, at: path, "\(name.debugDescription) would be extracted outside") {
        () throws(Problem) in
        _ = try Self.load(path)
      }
    }
  }

  @Test("an archive that lacks a batch, or whose batch is too large, is refused")
  func incompleteArchive() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.tar.gz"
      writeArchive(Self.entries.dropLast(), to: path)
      expectProblem(.badData, at: path, "holds no cifar-10-batches-bin/test_batch.bin") {
        () throws(Problem) in
        _ = try Self.load(path)
      }
      writeArchive([("cifar-10-batches-bin/data_batch_1.bin", [UInt8](repeating: 0, count: 6147))], to: path)
      expectProblem(.badData, at: path, "has 6147 bytes, where at most 6146 are expected") {
        () throws(Problem) in
        _ = try Self.load(path)
      }
      expectProblem(.missingInput, at: "\(path).none", "no such file") { () throws(Problem) in
        _ = try Self.load("\(path).none")
      }
    }
  }

  @Test("an archive cut off anywhere is refused by name")
  func cutOffArchive() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.tar.gz"
      writeArchive(Self.entries, to: path)
      let whole = try FileBytes.read(path)
      for length in Array(0..<24) + Array(stride(from: 24, to: whole.count, by: 13)) + [whole.count - 1] {
        try write(Array(whole[..<length]), to: path)
        expectProblem(.badData, at: path) { () throws(Problem) in
          _ = try Self.load(path)
        }
      }
    }
  }

  @Test("an archive with one changed byte is refused, or its content is the same")
  func changedArchive() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.tar.gz"
      writeArchive(Self.entries, to: path)
      let whole = try FileBytes.read(path)
      let intact = try Self.load(path)
      for position in stride(from: 0, to: whole.count, by: 7) {
        var changed = whole
        changed[position] ^= 0x55
        try write(changed, to: path)
        let found = problem { () throws(Problem) in
          #expect(try Self.load(path).bytes == intact.bytes)
        }
        if let found { #expect(found.place == path) }
      }
    }
  }
}
