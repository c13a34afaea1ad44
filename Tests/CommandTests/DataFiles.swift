import CZlib
import Foundation

/// Data files of a few bytes, made as their formats say.
enum DataFiles {
  // MARK: - IDX

  /// Images of one channel.
  static func images(_ count: Int, height: Int = 28, width: Int = 28) -> [UInt8] {
    bigEndian([0x803, count, height, width])
      + (0..<count * height * width).map { UInt8(truncatingIfNeeded: $0 * 7) }
  }

  /// Labels that go round through all ten classes.
  static func labels(_ count: Int) -> [UInt8] {
    bigEndian([0x801, count]) + (0..<count).map { UInt8($0 % 10) }
  }

  static func bigEndian(_ words: [Int]) -> [UInt8] {
    words.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
  }

  // MARK: - Images

  /// A gray PNG image in which every pixel has one value.
  static func png(_ value: UInt8, side: Int = 8) -> [UInt8] {
    let rows = (0..<side).flatMap { _ -> [UInt8] in [0] + [UInt8](repeating: value, count: side) }
    return png(header: bigEndian([side, side]) + [8, 0, 0, 0, 0], data: packed(rows, window: 15))
  }

  /// A PNG file of a header and pixels that need not belong together.
  static func png(header: [UInt8], data: [UInt8]) -> [UInt8] {
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header) + chunk("IDAT", data)
      + chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let content = Array(type.utf8) + data
    return bigEndian([data.count]) + content + bigEndian([Int(crc32(0, content, UInt32(content.count)))])
  }

  /// A gray JPEG image of 8×8 pixels, written by libjpeg.
  static let jpeg = [UInt8](
    Data(
      base64Encoded: """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxO\
        UlNSMj5aYVpQYEpRUk//wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABP/EABkQAAEFAAAAAAAAAAAAAAAAAAAFBiIx\
        of/aAAgBAQAAPwAKW26hh//Z
        """) ?? Data())

  // MARK: - Packing

  static func gzipped(_ bytes: [UInt8]) -> [UInt8] { packed(bytes, window: 15 + 16) }

  /// - Parameter window: bits of zlib's window; 16 more for gzip instead of zlib's own form.
  private static func packed(_ bytes: [UInt8], window: Int32) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var bytes = bytes
    var packed = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 32)
    let count = bytes.withUnsafeMutableBufferPointer { input in
      packed.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        deflate(&stream, Z_FINISH)
        return output.count - Int(stream.avail_out)
      }
    }
    return Array(packed[..<count])
  }

  /// A tar archive (POSIX ustar) packed with gzip.
  static func archive(_ entries: [(name: String, content: [UInt8])]) -> [UInt8] {
    let blocks = entries.flatMap { name, content -> [UInt8] in
      tarHeader(name, size: content.count) + content
        + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
    return gzipped(blocks + [UInt8](repeating: 0, count: 1024))
  }

  private static func tarHeader(_ name: String, size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at position: Int) {
      header.replaceSubrange(position..<position + text.utf8.count, with: text.utf8)
    }
    func octal(_ value: Int, digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(name, at: 0)
    put(octal(0o644, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(size, digits: 11), at: 124)
    put(octal(0, digits: 11), at: 136)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    // The checksum counts its own field as spaces.
    put("        ", at: 148)
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
    return header
  }
}

extension Workplace {
  static let mnistFiles = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
  ]

  /// A tiny MNIST in `data`, and its spec `mnist.yaml`.
  ///
  /// - Parameter changed: content for some of the files; what begins as gzip gets the name of a packed file.
  func layOutMNIST(_ changed: [String: [UInt8]] = [:]) throws {
    try write(Spec.mnist, to: "mnist.yaml")
    let contents = [DataFiles.images(100), DataFiles.labels(100), DataFiles.images(20), DataFiles.labels(20)]
    for (name, content) in zip(Self.mnistFiles, contents) {
      let content = changed[name] ?? content
      try write(content, to: "data/mnist/\(name)\(content.starts(with: [0x1f, 0x8b]) ? ".gz" : "")")
    }
  }

  static let cifar10Batches = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]

  /// Six empty batches of CIFAR-10 in `data`, and the spec `cifar10.yaml`.
  func layOutCIFAR10() throws {
    try write(Spec.cifar10, to: "cifar10.yaml")
    for name in Self.cifar10Batches { try write([UInt8](), to: "data/cifar-10-batches-bin/\(name)") }
  }

  /// The image folder `data/parts` with dark normals and bright anomalies, and its spec `parts.yaml`.
  func layOutImages() throws {
    try write(Spec.parts, to: "parts.yaml")
    try layOutImages(in: "data/parts")
  }

  /// Images alone, without a spec.
  func layOutImages(in folder: String) throws {
    for index in 0..<8 {
      try write(DataFiles.png(UInt8(10 * index)), to: "\(folder)/train/normal/\(index).png")
    }
    for index in 0..<3 {
      try write(DataFiles.png(UInt8(10 * index + 5)), to: "\(folder)/test/normal/\(index).png")
      try write(DataFiles.png(UInt8(200 + index)), to: "\(folder)/test/scratch/\(index).png")
    }
  }
}
