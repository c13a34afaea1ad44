import CArchive
import Diagnostics

/// The formats of archives, read into memory via libarchive.
enum ArchiveFormat: String, Sendable {
  /// Plain or gzipped.
  case tar
  case zip

  /// A file in an archive.
  struct Entry {
    let name: String
    /// Bytes, unpacked, as the archive claims.
    let size: Int
  }

  /// The files in an archive, in its order; nothing is unpacked.
  ///
  /// - Throws: `Problem` of kind `badData` when the archive is damaged, or a file is named twice, encrypted, or does not tell
  ///   its size; see also `read`.
  func list(_ path: String) throws(Problem) -> [Entry] {
    var names: Set<String> = []
    var entries: [Entry] = []
    try visit(path) { found throws(Problem) in
      // 0o040000 is AE_IFDIR, a macro with a cast that Swift does not import.
      if archive_entry_filetype(found.entry) == 0o040000 { return }
      let size = try size(of: found, limit: .max - 1, at: path)
      guard names.insert(found.name).inserted else {
        throw Problem(.badData, at: path, "has two entries of the name \(found.name.debugDescription)")
      }
      entries.append(Entry(name: found.name, size: size))
    }
    return entries
  }

  /// The contents of the requested entries that are in the archive; nothing is written to disk.
  ///
  /// A tar archive is read to its end, so that damage anywhere is found; of a zip archive, only its directory and the
  /// requested entries are read, and their CRCs verified.
  ///
  /// - Parameters:
  ///   - path: the archive.
  ///   - entries: the names of the requested entries, without a leading `./`.
  ///   - limit: the maximum size of an entry in bytes.
  /// - Throws: `Problem` of kind `badData` when the archive is damaged, an entry's name is absolute or leads out of its
  ///   folder, or a requested entry is encrypted, not a regular file or larger than `limit`; `missingInput` when there is no
  ///   file at `path`.
  func read(_ path: String, entries: [String], limit: Int) throws(Problem) -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    try visit(path) { found throws(Problem) in
      guard entries.contains(found.name) else { return }
      let size = try size(of: found, limit: limit, at: path)
      contents[found.name] = try content(of: found.archive, size: size, entry: found.name, at: path)
    }
    return contents
  }

  /// An entry at which the archive's reader stands.
  private struct Found {
    let archive: OpaquePointer
    let entry: OpaquePointer
    let name: String
    let status: Int32
  }

  /// Calls `body` with each entry.
  private func visit(_ path: String, _ body: (Found) throws(Problem) -> Void) throws(Problem) {
    guard FileBytes.isFile(path) else { throw Problem(.missingInput, at: path, "no such file") }
    if self == .tar { try Gzip.check(path) }
    guard let archive = archive_read_new() else {
      throw Problem(.inputOutput, at: path, "libarchive cannot start")
    }
    defer { archive_read_free(archive) }
    switch self {
    case .tar:
      archive_read_support_filter_gzip(archive)
      archive_read_support_format_tar(archive)
    case .zip:
      // Not the streaming reader, which takes an archive without its directory, that is, one cut off.
      archive_read_support_format_zip_seekable(archive)
    }
    guard archive_read_open_filename(archive, path, 1 << 17) == ARCHIVE_OK else {
      throw failure(archive, at: path)
    }
    var entry: OpaquePointer?
    while true {
      let status = archive_read_next_header(archive, &entry)
      if status == ARCHIVE_EOF { return }
      // Of a zip entry that is not requested, a warning does not matter.
      let isAccepted = status == ARCHIVE_OK || self == .zip && status == ARCHIVE_WARN
      guard isAccepted, let entry, let pathname = archive_entry_pathname(entry) else {
        throw failure(archive, at: path)
      }
      let fullName = String(cString: pathname)
      guard Self.isSafe(fullName) else {
        throw Problem(
          .badData, at: path,
          "the entry \(fullName.debugDescription) would be extracted outside the archive's folder")
      }
      let name = fullName.hasPrefix("./") ? String(fullName.dropFirst(2)) : fullName
      try body(Found(archive: archive, entry: entry, name: name, status: status))
    }
  }

  /// The size that an entry claims.
  ///
  /// - Throws: `Problem` when it is above the limit, or the entry cannot be read.
  private func size(of found: Found, limit: Int, at path: String) throws(Problem) -> Int {
    guard found.status == ARCHIVE_OK else { throw failure(found.archive, at: path) }
    let name = found.name.debugDescription
    // 0o100000 is AE_IFREG, a macro with a cast that Swift does not import.
    guard archive_entry_filetype(found.entry) == 0o100000, archive_entry_hardlink(found.entry) == nil else {
      throw Problem(.badData, at: path, "the entry \(name) is not a regular file")
    }
    guard archive_entry_is_encrypted(found.entry) == 0 else {
      throw Problem(.badData, at: path, "the entry \(name) is encrypted", hint: "save it without a password")
    }
    guard archive_entry_size_is_set(found.entry) != 0 else {
      throw Problem(.badData, at: path, "the entry \(name) does not tell its size")
    }
    let size = Int(clamping: archive_entry_size(found.entry))
    guard (0...limit).contains(size) else {
      throw Problem(
        .badData, at: path, "the entry \(name) has \(size) bytes, where at most \(limit) are expected")
    }
    return size
  }

  private func content(
    of archive: OpaquePointer, size: Int, entry: String, at path: String
  ) throws(Problem) -> [UInt8] {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let given = archive_read_data(archive, buffer.baseAddress! + count, size - count)
        failed = given < 0
        if given <= 0 { return }
        count += given
      }
    }
    // libarchive verifies a zip entry's CRC once the read reaches its end.
    var excess: UInt8 = 0
    let further = failed || bytes.count < size ? 0 : archive_read_data(archive, &excess, 1)
    if failed || further < 0 { throw failure(archive, at: path) }
    guard further == 0 else {
      throw Problem(
        .badData, at: path,
        "the entry \(entry.debugDescription) has more than the \(size) bytes that it claims")
    }
    guard bytes.count == size else {
      throw Problem(
        .badData, at: path,
        "the entry \(entry.debugDescription) is cut off after \(bytes.count) of \(size) bytes")
    }
    return bytes
  }

  private static func isSafe(_ name: String) -> Bool {
    !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
  }

  private func failure(_ archive: OpaquePointer, at path: String) -> Problem {
    let reason =
      archive_error_string(archive).map { String(cString: $0) } ?? "it is not a \(rawValue) archive"
    return Problem(.badData, at: path, "the archive is damaged: \(reason)")
  }
}
