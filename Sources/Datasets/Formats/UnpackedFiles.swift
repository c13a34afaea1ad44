import Diagnostics

/// How an archive holds the files of a data set.
struct ArchiveLayout: Sendable {
  let format: ArchiveFormat
  /// The folder inside the archive.
  let folder: String
  /// What follows a file's unpacked name: `.gz` if each entry is packed once more.
  var suffix = ""
  /// The maximum size of an entry in bytes.
  var limit: Int

  func entry(_ name: String) -> String { "\(folder)/\(name)\(suffix)" }
}

/// The files of a published data set by their unpacked names, found one by one or in an archive.
enum UnpackedFiles {
  /// The path of each file, which may be gzipped.
  case single([String: String])
  /// The requested entries that the archive at `path` holds.
  case archived([String: [UInt8]], path: String, layout: ArchiveLayout)

  /// Reads the entries of these names from an archive.
  init(archive path: String, _ layout: ArchiveLayout, names: [String]) throws(Problem) {
    let entries = try layout.format.read(path, entries: names.map(layout.entry), limit: layout.limit)
    self = .archived(entries, path: path, layout: layout)
  }

  /// The path of a file, or of its archive and entry.
  func place(of name: String) -> String {
    switch self {
    case .single(let paths): paths[name] ?? name
    case .archived(_, let path, let layout): "\(path)/\(layout.entry(name))"
    }
  }

  /// A file's bytes, unpacked.
  func read(_ name: String) throws(Problem) -> [UInt8] {
    switch self {
    case .single: return try Gzip.readFile(place(of: name))
    case .archived(let entries, let path, let layout):
      let entry = layout.entry(name)
      guard let bytes = entries[entry] else { throw Problem(.badData, at: path, "holds no \(entry)") }
      return layout.suffix == ".gz" ? try Gzip.unpack(bytes, from: place(of: name)) : bytes
    }
  }
}
