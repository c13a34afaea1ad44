import Diagnostics
import Foundation

/// A file of named arrays: NumPy's NPZ, NPY with a single array, or HDF5, recognized by its first bytes.
struct ArrayFile {
  /// The only array of an NPY file counts as the images.
  static let onlyName = "images"

  private static let zipSignature: [UInt8] = [0x50, 0x4b]

  static let extensions = ["npz", "npy", "h5", "hdf5"]

  let names: [String]
  /// Opens an array by one of `names`.
  let array: (String) throws(Problem) -> StoredArray

  /// - Throws: `Problem` of kind `missingInput` when there is no file, `badData` when it is of no such format or damaged.
  init(_ path: String) throws(Problem) {
    let (head, size) = try Self.head(of: path)
    let limit = Self.sizeLimit(packed: size)
    if head.starts(with: NPYFile.signature) {
      guard size <= limit else { throw Self.tooLarge(path, size: size, limit: limit) }
      names = [Self.onlyName]
      array = { _ throws(Problem) in Self.array(try NPYFile(FileBytes.read(path), from: path), at: path) }
    } else if head.starts(with: Self.zipSignature) {
      let entries = Dictionary(
        try ArchiveFormat.zip.list(path).filter { $0.name.hasSuffix(".npy") }.map {
          (String($0.name.dropLast(4)), $0)
        },
        uniquingKeysWith: { first, _ in first })
      names = entries.keys.sorted()
      array = { name throws(Problem) in
        let place = StoredArray.place(name, in: path)
        guard let entry = entries[name] else { throw Problem(.badData, at: path, "holds no \(name)") }
        guard entry.size <= limit else { throw Self.tooLarge(place, size: entry.size, limit: limit) }
        let contents = try ArchiveFormat.zip.read(path, entries: [entry.name], limit: entry.size)
        guard let bytes = contents[entry.name] else {
          throw Problem(.inputOutput, at: path, "changed while it was read")
        }
        return Self.array(try NPYFile(bytes, from: place), at: place)
      }
    } else if head.starts(with: HDF5Arrays.signature) {
      let arrays = try HDF5Arrays(path, limit: limit)
      names = arrays.names
      array = arrays.array
    } else {
      throw Self.unknown(path, head)
    }
  }

  /// The maximum bytes of an array: 8 GB, half of this machine's memory, or 1,000 times the file's size plus 1 MB,
  /// whichever is least. DEFLATE packs at most 1,032 to 1, and images far less.
  static func sizeLimit(packed size: Int) -> Int {
    let half = Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)
    return min(8 << 30, half, 1000 * min(size, 1 << 40) + 1 << 20)
  }

  static func tooLarge(_ place: String, size: Int?, limit: Int) -> Problem {
    let claim = size.map { "has \($0) bytes" } ?? "claims more bytes than can be counted"
    return Problem(
      .badData, at: place, "\(claim), where at most \(limit) are read",
      hint:
        "at most 8 GB, half of the memory, and 1,000 times the packed size: divide it, or shrink its images")
  }

  private static func array(_ file: NPYFile, at place: String) -> StoredArray {
    StoredArray(place: place, element: file.element, shape: file.shape) { rows throws(Problem) in
      try file.values(rows, at: place)
    }
  }

  /// A file's first bytes and its size.
  private static func head(of path: String) throws(Problem) -> (bytes: [UInt8], size: Int) {
    guard FileBytes.isFile(path) else { throw Problem(.missingInput, at: path, "no such file") }
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let bytes = try file.read(upToCount: 8).map(Array.init) ?? []
      return (bytes, Int(clamping: try file.seekToEnd()))
    } catch {
      throw Problem(.inputOutput, at: path, "cannot be read: \(error.localizedDescription)")
    }
  }

  /// Whether a file begins like one of these formats.
  static func isArrayFile(_ path: String) -> Bool {
    guard let head = try? head(of: path).bytes else { return false }
    return [NPYFile.signature, zipSignature, HDF5Arrays.signature].contains { head.starts(with: $0) }
  }

  private static func unknown(_ path: String, _ head: [UInt8]) -> Problem {
    let hint = "save the arrays with `numpy.savez(…, images=…, labels=…)`"
    if head.isEmpty { return Problem(.badData, at: path, "is empty", hint: hint) }
    // Protocols 2 to 5 begin with their number.
    if head.first == 0x80, head.count > 1, (2...5).contains(head[1]) {
      return Problem(
        .badData, at: path, "is a Python pickle, which can run code and is never read", hint: hint)
    }
    return Problem(.badData, at: path, "is neither NPZ, NPY nor HDF5", hint: hint)
  }
}
