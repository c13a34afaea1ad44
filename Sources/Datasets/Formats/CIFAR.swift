import Diagnostics
import Images

/// CIFAR-10 or CIFAR-100 (Krizhevsky 2009) in its binary version: records of one label byte for each labeling, and
/// 3,072 bytes, channel by channel.
struct CIFAR: Sendable {
  static let shape = ImageShape(channels: 3, height: 32, width: 32)

  /// Inside the official archive, and where the archive is unpacked.
  let folder: String
  /// The official archive's name.
  let archive: String
  /// The same data as Python pickles, which can run arbitrary code and are never read.
  let pickled: [String]
  /// The official train part's files, then the official test part's, each with its number of records.
  let trainBatches: [(name: String, records: Int)]
  let testBatches: [(name: String, records: Int)]
  /// The classes of each label byte of a record, and which byte is the label.
  let labelings: [Int]
  let labeling: Int

  static let ten = CIFAR(
    folder: "cifar-10-batches-bin", archive: "cifar-10-binary.tar.gz",
    pickled: ["cifar-10-batches-py", "cifar-10-python.tar.gz"],
    trainBatches: (1...5).map { ("data_batch_\($0).bin", 10_000) }, testBatches: [("test_batch.bin", 10_000)],
    labelings: [10], labeling: 0)
  static let hundred = hundred(labeling: 1)
  /// CIFAR-100 by its superclasses.
  static let superclasses = hundred(labeling: 0)

  private static func hundred(labeling: Int) -> CIFAR {
    CIFAR(
      folder: "cifar-100-binary", archive: "cifar-100-binary.tar.gz",
      pickled: ["cifar-100-python", "cifar-100-python.tar.gz"], trainBatches: [("train.bin", 50_000)],
      testBatches: [("test.bin", 10_000)], labelings: [20, 100], labeling: labeling)
  }

  private var batches: [(name: String, records: Int)] { trainBatches + testBatches }
  /// Unpacked names, the train part's first.
  var names: [String] { batches.map(\.name) }
  /// Bytes of a record.
  var recordLength: Int { labelings.count + Self.shape.count }

  /// How the official archive holds the batches; `records` as for `load`.
  func layout(records: Int? = nil) -> ArchiveLayout {
    let most = records ?? batches.map(\.records).max() ?? 0
    return ArchiveLayout(format: .tar, folder: folder, limit: most * recordLength)
  }

  /// Reads all batches, the train part's first.
  ///
  /// - Parameters:
  ///   - files: the batches.
  ///   - records: images of each batch, if not the official number.
  func load(_ files: UnpackedFiles, records: Int? = nil) throws(Problem) -> OfficialParts {
    var images = LabelledImages(shape: Self.shape, bytes: [], labels: [])
    for batch in batches {
      try append(
        files.read(batch.name), to: &images, records: records ?? batch.records,
        from: files.place(of: batch.name))
    }
    let trainCount = trainBatches.reduce(0) { $0 + (records ?? $1.records) }
    return OfficialParts(images: images, trainCount: trainCount)
  }

  private func append(
    _ batch: [UInt8], to images: inout LabelledImages, records: Int, from path: String
  ) throws(Problem) {
    guard batch.count == records * recordLength else {
      throw Problem(
        .badData, at: path,
        "has \(batch.count) bytes, expected \(records * recordLength): \(records) records of \(recordLength)")
    }
    images.bytes.reserveCapacity(images.bytes.count + records * Self.shape.count)
    for record in 0..<records {
      let start = record * recordLength
      for (position, classes) in labelings.enumerated() where batch[start + position] >= classes {
        throw Problem(
          .badData, at: path,
          "the label of record \(record) is \(batch[start + position]), expected 0 to \(classes - 1)")
      }
      images.labels.append(Int(batch[start + labeling]))
      images.bytes += batch[start + labelings.count..<start + recordLength]
    }
  }
}
