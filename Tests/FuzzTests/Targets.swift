import Foundation
import Settings

@testable import Datasets
@testable import Exchange
@testable import Parity
@testable import Results
@testable import Specs

extension FuzzTarget {
  static let all = data + texts + results

  // MARK: - Data sets

  private static let data = [
    FuzzTarget("idx-images", seeds: { [idxImages] }) { input, path in
      _ = try IDX.images(input, from: path)
    },
    FuzzTarget("idx-labels", seeds: { [[0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3]] }) { input, path in
      _ = try IDX.labels(input, classes: 10, from: path)
    },
    FuzzTarget(
      "gzip", seeds: { [try fixture("Fixtures/mnist-labels.gz").prefix(4000) + [], try packed(idxImages)] }
    ) {
      _, path in
      _ = try Gzip.readFile(path)
      try Gzip.check(path)
    },
    FuzzTarget("qmnist-labels", seeds: { [qmnistLabels] }) { input, path in
      _ = try IDX.firstColumn(input, columns: 8, classes: 10, from: path)
    },
    FuzzTarget("cifar10", seeds: { [cifarBatch] }) { _, path in
      let files = Dictionary(uniqueKeysWithValues: CIFAR.ten.names.map { ($0, path) })
      _ = try CIFAR.ten.load(.single(files), records: 2)
    },
    FuzzTarget("cifar100", seeds: { [[UInt8](repeating: 19, count: 2 * 3074)] }) { _, path in
      let files = Dictionary(uniqueKeysWithValues: CIFAR.hundred.names.map { ($0, path) })
      _ = try CIFAR.hundred.load(.single(files), records: 2)
    },
    FuzzTarget("tar", seeds: { [try archive(), try packed(archive())] }) { _, path in
      let files = try UnpackedFiles(archive: path, CIFAR.ten.layout(records: 2), names: CIFAR.ten.names)
      _ = try CIFAR.ten.load(files, records: 2)
    },
    FuzzTarget("emnist", weight: 2, seeds: { [try fixture("Fixtures/emnist-digits.zip")] }) { _, path in
      let (format, limit) = (IDXDataset.emnist("digits"), 1 << 20)
      let layout = ArchiveLayout(format: .zip, folder: "gzip", suffix: ".gz", limit: limit)
      _ = try format.load(UnpackedFiles(archive: path, layout, names: format.names), classes: 10)
    },
    FuzzTarget(
      "png", weight: 2,
      seeds: {
        try [
          "rgb", "gray", "gray16", "palette", "palette-transparent", "one-bit", "rgba", "gamma", "gray-alpha",
        ]
        .map { try fixture("Fixtures/images/\($0).png") }
      }
    ) { input, path in _ = try DecodedImage(input, from: path) },
    FuzzTarget(
      "jpeg", weight: 2,
      seeds: {
        try ["baseline", "progressive", "gray", "full-chroma", "cmyk"].map {
          try fixture("Fixtures/images/\($0).jpg")
        }
      }
    ) { input, path in _ = try DecodedImage(input, from: path) },
    FuzzTarget(
      "bmp", seeds: { try images(["rgb", "palette", "four-bits", "one-bit", "core", "rgba", "565"], "bmp") }
    ) { input, path in _ = try DecodedImage(input, from: path) },
    FuzzTarget(
      "tiff", weight: 2,
      seeds: {
        try images(
          [
            "rgb-lzw", "rgb-deflate", "rgb-packbits", "rgb-tiles", "rgb-planes", "one-bit", "jpeg", "palette",
            "premultiplied", "gray-alpha-tiles", "gray16-big-endian", "pages",
          ], "tif")
      }
    ) { input, path in _ = try DecodedImage(input, from: path) },
    FuzzTarget("webp", seeds: { try images(["rgb", "rgba", "lossy", "lossy-alpha", "animated"], "webp") }) {
      input, path in _ = try DecodedImage(input, from: path)
    },
    FuzzTarget(
      "exif", seeds: { try ["jpg", "png", "tif", "webp"].flatMap { try images(["orientation"], $0) } }
    ) { input, path in
      let orientation = try Orientation(of: input, from: path)
      _ = try DecodedImage(input, from: path).turned(orientation)
    },
    FuzzTarget(
      "npy",
      seeds: {
        try ["uint8", "uint16-big", "float32", "bool", "first3", "version2", "records", "objects"].map {
          try fixture("Fixtures/arrays/\($0).npy")
        }
      }
    ) { input, path in
      let file = try NPYFile(input, from: path)
      if let rows = file.shape.first, file.element.byteCount(of: file.shape) != 0 {
        _ = try file.values(0..<rows, at: path)
      }
      _ = try ArrayDataset.load(arraySettings, path)
    },
    FuzzTarget(
      "npz", weight: 2,
      seeds: {
        try ["medmnist", "keras", "named", "bytes", "negative", "bomb"].map {
          try fixture("Fixtures/arrays/\($0).npz")
        }
      }
    ) { _, path in _ = try ArrayDataset.load(arraySettings, path) },
    FuzzTarget(
      "hdf5-arrays", weight: 10,
      seeds: {
        try ["images", "parts", "wide", "claims", "complex"].map { try fixture("Fixtures/arrays/\($0).h5") }
      }
    ) { _, path in _ = try ArrayDataset.load(arraySettings, path) },
    FuzzTarget("safetensors", seeds: { [safetensors.bytes] }) { input, path in
      _ = try Safetensors(input, from: path)
    },
    FuzzTarget("http", weight: 4, seeds: { httpAnswers }) { input, path in
      try HTTPAnswer.shared.get().fetch(input, beside: path)
    },
  ]

  private static let arraySettings = {
    var settings = DatasetSettings()
    settings.name = .arrays
    settings.channels = 3
    return settings
  }()

  private static let idxImages: [UInt8] =
    [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + (0..<12).map { $0 }
  private static let qmnistLabels: [UInt8] =
    [0, 0, 0x0c, 2, 0, 0, 0, 2, 0, 0, 0, 8] + (0..<64).map { $0 % 4 == 3 ? $0 / 8 : 0 }
  private static let cifarBatch = [UInt8](repeating: 3, count: 2 * 3073)

  private static let httpAnswers = [
    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd",
    "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-3/4\r\nContent-Length: 2\r\n\r\ncd",
    "HTTP/1.0 200 OK\r\n\r\nabcd", "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */4\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
  ].map { Array($0.utf8) }

  private static let safetensors = Safetensors(
    [
      Safetensors.Tensor("netg.a", shape: [2, 2], .floats([1, 2, 3, 4])),
      Safetensors.Tensor("netg.b", shape: [3], .floats([5, 6, 7])),
      Safetensors.Tensor("netg.b.num_batches_tracked", shape: [], .integers([8])),
    ], metadata: ["detector": "ganomaly"])

  // MARK: - Texts

  private static let texts = [
    FuzzTarget("spec", weight: 6, seeds: { try files("experiments", ending: ".yaml") }) { input, path in
      _ = try Experiment.parse(text: String(decoding: input, as: UTF8.self), path: path)
    },
    FuzzTarget("published", weight: 6, seeds: { try files("experiments/published", ending: ".yaml") }) {
      _, path in _ = try PublishedTable.read(path: path)
    },
    FuzzTarget("failure", seeds: { [try ResultSamples.shared().failure] }) { _, path in
      _ = try FailureFile.read(path)
    },
    FuzzTarget("claim", weight: 2, seeds: { [try ResultSamples.shared().claim] }) { input, path in
      // A claim is found by its place.
      let folder = "\(path)s"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try FileManager.default.createDirectory(atPath: "\(folder)/e/runs", withIntermediateDirectories: true)
      try Data(input).write(to: URL(fileURLWithPath: "\(folder)/e/runs/a.claim"))
      _ = try Claims(results: folder, experiment: "e").read("a")
    },
  ]

  // MARK: - Results

  private static let results = [
    FuzzTarget("summary", weight: 3, seeds: { [try ResultSamples.shared().summary] }) { _, path in
      _ = try Summary.read(from: path)
    },
    FuzzTarget("run", weight: 3, seeds: { [try ResultSamples.shared().run] }) { _, path in
      _ = try RunFile.record(in: path)
    },
    FuzzTarget("checkpoint", weight: 2, seeds: { [try ResultSamples.shared().checkpoint] }) { _, path in
      let run = try ResultSamples.shared().identified
      _ = try CheckpointFile.read(path, of: run.run, identifier: run.identifier)
    },
    FuzzTarget("weights", weight: 3, seeds: { [try ResultSamples.shared().weights] }) { _, path in
      _ = try FileSchema.weights.open(path)
    },
    FuzzTarget("unsealed", weight: 10, seeds: { [unsealed(try ResultSamples.shared().summary)] }) { _, path in
      _ = try Summary.read(from: path)
    },
    FuzzTarget("golden", weight: 10, seeds: { [try fixture("Fixtures/flip.h5", of: "ParityTests")] }) {
      _, path in
      _ = try GoldenFile(path: path)
    },
  ]

  private static func unsealed(_ bytes: [UInt8]) -> [UInt8] {
    let seal = Data("\nganomaly-seal-sha256:".utf8)
    return Data(bytes).range(of: seal, options: .backwards).map { Array(bytes[..<$0.lowerBound]) } ?? bytes
  }

  // MARK: - Files of the package

  private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func fixture(_ name: String, of tests: String = "DatasetsTests") throws -> [UInt8] {
    Array(try Data(contentsOf: package.appendingPathComponent("Tests/\(tests)/\(name)")))
  }

  private static func images(_ names: [String], _ ending: String) throws -> [[UInt8]] {
    try names.map { try fixture("Fixtures/images/\($0).\(ending)") }
  }

  private static func files(_ folder: String, ending: String) throws -> [[UInt8]] {
    let folder = package.appendingPathComponent(folder)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.hasSuffix(ending) }
      .map { Array(try Data(contentsOf: folder.appendingPathComponent($0)).prefix(20_000)) }
  }

  /// An archive of CIFAR-10's batches, two images each.
  private static func archive() throws -> [UInt8] {
    var bytes: [UInt8] = []
    for name in CIFAR.ten.names {
      bytes += tarHeader("\(CIFAR.ten.folder)/\(name)", size: cifarBatch.count) + cifarBatch
      bytes += [UInt8](repeating: 0, count: (512 - cifarBatch.count % 512) % 512)
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
  }

  private static func tarHeader(_ name: String, size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) {
      header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
    }
    put(name, at: 0)
    put("0000644", at: 100)
    put("0000000", at: 108)
    put("0000000", at: 116)
    let octal = String(size, radix: 8)
    put(String(repeating: "0", count: 11 - octal.count) + octal, at: 124)
    put("00000000000", at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum + "\u{0} ", at: 148)
    return header
  }

  /// Stored without compression, as gzip allows it.
  private static func packed(_ bytes: [UInt8]) throws -> [UInt8] {
    var packed: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
    for start in stride(from: 0, to: bytes.count, by: 65535) {
      let block = bytes[start..<min(bytes.count, start + 65535)]
      let (low, high) = (UInt8(block.count & 0xff), UInt8(block.count >> 8))
      packed += [start + block.count == bytes.count ? 1 : 0, low, high, ~low, ~high] + block
    }
    return packed + littleEndian(crc32(of: bytes)) + littleEndian(UInt32(bytes.count))
  }

  private static func littleEndian(_ word: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(word >> (8 * $0) & 0xff) }
  }

  private static func crc32(of bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
