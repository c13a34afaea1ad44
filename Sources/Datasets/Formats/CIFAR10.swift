import Diagnostics
import Images

/// CIFAR-10 (Krizhevsky 2009) in its binary version: records of a label and 3,072 bytes, channel by channel.
enum CIFAR10 {
  static let shape = ImageShape(channels: 3, height: 32, width: 32)
  static let folder = "cifar-10-batches-bin"
  static let archive = "cifar-10-binary.tar.gz"
  /// The same data as Python pickles, which can run arbitrary code and are never read.
  static let pickledFolder = "cifar-10-batches-py"
  static let pickledArchive = "cifar-10-python.tar.gz"
  /// The official train part, then the official test part.
  static let batches = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
  static let recordsPerBatch = 10_000
  static let trainCount = 5 * recordsPerBatch

  /// Reads the six batch files.
  ///
  /// - Parameters:
  ///   - files: the path of each batch file, by its official name.
  ///   - records: images per batch file.
  static func load(
    files: [String: String], records: Int = recordsPerBatch
  ) throws(Problem) -> LabelledImages {
    var images = LabelledImages(shape: shape, bytes: [], labels: [])
    for name in batches {
      let path = files[name] ?? name
      try append(FileBytes.read(path), to: &images, records: records, from: path)
    }
    return images
  }

  /// Reads the six batches from the official archive, without unpacking it to disk.
  static func load(archive path: String, records: Int = recordsPerBatch) throws(Problem) -> LabelledImages {
    let contents = try read(archive: path, records: records)
    var images = LabelledImages(shape: shape, bytes: [], labels: [])
    for name in batches {
      guard let bytes = contents[name] else {
        throw Problem(.badData, at: path, "holds no \(folder)/\(name)")
      }
      try append(bytes, to: &images, records: records, from: "\(path)/\(folder)/\(name)")
    }
    return images
  }

  /// The batches in the archive, by their official names.
  static func read(archive path: String, records: Int = recordsPerBatch) throws(Problem) -> [String: [UInt8]]
  {
    let entries = try TarArchive.read(
      path, entries: batches.map { "\(folder)/\($0)" }, limit: records * (1 + shape.count))
    return Dictionary(
      uniqueKeysWithValues: entries.map { (String($0.key.dropFirst(folder.count + 1)), $0.value) })
  }

  /// Appends the images of one batch.
  private static func append(
    _ batch: [UInt8], to images: inout LabelledImages, records: Int, from path: String
  ) throws(Problem) {
    let recordLength = 1 + shape.count
    guard batch.count == records * recordLength else {
      throw Problem(
        .badData, at: path,
        "has \(batch.count) bytes, expected \(records * recordLength): \(records) records of \(recordLength)")
    }
    images.bytes.reserveCapacity(images.bytes.count + records * shape.count)
    for record in 0..<records {
      let start = record * recordLength
      guard batch[start] < 10 else {
        throw Problem(.badData, at: path, "the label of record \(record) is \(batch[start]), expected 0 to 9")
      }
      images.labels.append(Int(batch[start]))
      images.bytes += batch[start + 1..<start + recordLength]
    }
  }
}
