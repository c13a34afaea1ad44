import CArchive
import Diagnostics

/// Tar archives, read into memory via libarchive.
enum TarArchive {
  /// The contents of the requested entries that are in the archive.
  ///
  /// Reads the whole archive, so that damage anywhere is found; writes nothing to disk.
  ///
  /// - Parameters:
  ///   - path: a tar archive, plain or gzipped.
  ///   - entries: the names of the requested entries, without a leading `./`.
  ///   - limit: the maximum size of an entry in bytes.
  /// - Throws: `Problem` of kind `badData` when the archive is damaged, an entry's name is absolute or leads out of its
  ///   folder, or a requested entry is not a regular file or larger than `limit`; `missingInput` when there is no file
  ///   at `path`.
  static func read(
    _ path: String, entries: [String], limit: Int
  ) throws(Problem) -> [String: [UInt8]] {
    guard FileBytes.isFile(path) else { throw Problem(.missingInput, at: path, "no such file") }
    try Gzip.check(path)
    guard let archive = archive_read_new() else {
      throw Problem(.inputOutput, at: path, "libarchive cannot start")
    }
    defer { archive_read_free(archive) }
    archive_read_support_filter_gzip(archive)
    archive_read_support_format_tar(archive)
    guard archive_read_open_filename(archive, path, 1 << 17) == ARCHIVE_OK else {
      throw failure(archive, at: path)
    }

    var contents: [String: [UInt8]] = [:]
    var entry: OpaquePointer?
    while true {
      let status = archive_read_next_header(archive, &entry)
      if status == ARCHIVE_EOF { return contents }
      guard status == ARCHIVE_OK, let entry, let pathname = archive_entry_pathname(entry) else {
        throw failure(archive, at: path)
      }
      let fullName = String(cString: pathname)
      guard isSafe(fullName) else {
        throw Problem(
          .badData, at: path, "the entry '\(fullName)' would be extracted outside the archive's folder")
      }
      let name = fullName.hasPrefix("./") ? String(fullName.dropFirst(2)) : fullName
      guard entries.contains(name) else { continue }
      // 0o100000 is AE_IFREG, a macro with a cast that Swift does not import.
      guard archive_entry_filetype(entry) == 0o100000, archive_entry_hardlink(entry) == nil else {
        throw Problem(.badData, at: path, "the entry '\(name)' is not a regular file")
      }
      let size = Int(archive_entry_size(entry))
      guard (0...limit).contains(size) else {
        throw Problem(
          .badData, at: path, "the entry '\(name)' has \(size) bytes, where at most \(limit) are expected")
      }
      contents[name] = try content(of: archive, size: size, entry: name, at: path)
    }
  }

  private static func content(
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
    if failed { throw failure(archive, at: path) }
    guard bytes.count == size else {
      throw Problem(
        .badData, at: path, "the entry '\(entry)' is cut off after \(bytes.count) of \(size) bytes")
    }
    return bytes
  }

  private static func isSafe(_ name: String) -> Bool {
    !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
  }

  private static func failure(_ archive: OpaquePointer, at path: String) -> Problem {
    let reason = archive_error_string(archive).map { String(cString: $0) } ?? "it is not a tar archive"
    return Problem(.badData, at: path, "the archive is damaged: \(reason)")
  }
}
