import CArchive
import Diagnostics

/// Zip archives, read into memory via libarchive, by their central directory: a file that is cut off has none.
struct ZipArchive {
  /// A file in the archive.
  struct Entry {
    let name: String
    /// Bytes, unpacked, as the archive claims.
    let size: Int
  }

  static let signature: [UInt8] = [0x50, 0x4b]

  let path: String
  /// In the archive's order.
  private(set) var entries: [Entry] = []

  /// Lists the files in an archive; unpacks nothing.
  ///
  /// - Throws: `Problem` of kind `badData` when the archive is damaged, or an entry is encrypted, not a regular file, named
  ///   twice, or named so that it would be extracted outside the archive's folder.
  init(_ path: String) throws(Problem) {
    self.path = path
    var names: Set<String> = []
    var entries: [Entry] = []
    try Self.visit(path) { _, entry, name throws(Problem) in
      guard names.insert(name).inserted else {
        throw Problem(.badData, at: path, "has two entries of the name \(name.debugDescription)")
      }
      let size = Int(clamping: archive_entry_size(entry))
      guard archive_entry_size_is_set(entry) != 0, size >= 0, size < .max else {
        throw Problem(.badData, at: path, "the entry \(name.debugDescription) does not tell its size")
      }
      entries.append(Entry(name: name, size: size))
      return true
    }
    self.entries = entries
  }

  /// Unpacks one of `entries`, verifying its size and CRC-32. Its claimed size is allocated before anything is unpacked.
  func content(of wanted: Entry) throws(Problem) -> [UInt8] {
    var content: [UInt8]?
    let path = path
    try Self.visit(path) { archive, entry, found throws(Problem) in
      guard found == wanted.name, Int(clamping: archive_entry_size(entry)) == wanted.size else { return true }
      content = try Self.content(of: archive, size: wanted.size, entry: found, at: path)
      return false
    }
    guard let content else {
      throw Problem(.inputOutput, at: path, "changed while it was read")
    }
    return content
  }

  private static func content(
    of archive: OpaquePointer, size: Int, entry: String, at path: String
  ) throws(Problem) -> [UInt8] {
    var failed = false
    // One more than the size: libarchive verifies size and CRC only when it is asked for more than there is.
    let bytes = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
      while count <= size {
        let given = archive_read_data(archive, buffer.baseAddress! + count, size + 1 - count)
        failed = given < 0
        if given <= 0 { return }
        count += given
      }
    }
    if failed { throw failure(archive, at: path) }
    guard bytes.count == size else {
      throw Problem(
        .badData, at: path,
        "the entry \(entry.debugDescription) does not unpack to the \(size) bytes that it claims")
    }
    return bytes
  }

  /// Calls `body` with each regular file until it returns false.
  private static func visit(
    _ path: String,
    _ body: (_ archive: OpaquePointer, _ entry: OpaquePointer, _ name: String) throws(Problem) -> Bool
  ) throws(Problem) {
    guard FileBytes.isFile(path) else { throw Problem(.missingInput, at: path, "no such file") }
    guard let archive = archive_read_new() else {
      throw Problem(.inputOutput, at: path, "libarchive cannot start")
    }
    defer { archive_read_free(archive) }
    archive_read_support_format_zip_seekable(archive)
    guard archive_read_open_filename(archive, path, 1 << 17) == ARCHIVE_OK else {
      throw failure(archive, at: path)
    }
    var entry: OpaquePointer?
    while true {
      let status = archive_read_next_header(archive, &entry)
      if status == ARCHIVE_EOF { return }
      guard status == ARCHIVE_OK, let entry, let pathname = archive_entry_pathname(entry) else {
        throw failure(archive, at: path)
      }
      let name = String(cString: pathname)
      guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
        throw Problem(
          .badData, at: path,
          "the entry \(name.debugDescription) would be extracted outside the archive's folder")
      }
      guard archive_entry_is_encrypted(entry) == 0 else {
        throw Problem(
          .badData, at: path, "the entry \(name.debugDescription) is encrypted",
          hint: "save it without a password")
      }
      // 0o040000 and 0o100000 are AE_IFDIR and AE_IFREG, macros with a cast that Swift does not import.
      if archive_entry_filetype(entry) == 0o040000 { continue }
      guard archive_entry_filetype(entry) == 0o100000 else {
        throw Problem(.badData, at: path, "the entry \(name.debugDescription) is not a regular file")
      }
      if try !body(archive, entry, name) { return }
    }
  }

  private static func failure(_ archive: OpaquePointer, at path: String) -> Problem {
    let reason = archive_error_string(archive).map { String(cString: $0) } ?? "it is not a zip archive"
    return Problem(.badData, at: path, "the archive is damaged: \(reason)")
  }
}
