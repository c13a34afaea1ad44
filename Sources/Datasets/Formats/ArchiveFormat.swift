import CArchive
import Diagnostics

/// The formats of archives, read into memory via libarchive.
enum ArchiveFormat: String, Sendable {
  /// Plain or gzipped.
  case tar
  case zip

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
  ///   folder, or a requested entry is not a regular file or larger than `limit`; `missingInput` when there is no file
  ///   at `path`.
  func read(_ path: String, entries: [String], limit: Int) throws(Problem) -> [String: [UInt8]] {
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

    var contents: [String: [UInt8]] = [:]
    var entry: OpaquePointer?
    while true {
      let status = archive_read_next_header(archive, &entry)
      if status == ARCHIVE_EOF { return contents }
      // Of a zip entry that is not requested, a warning does not matter.
      let isAccepted = status == ARCHIVE_OK || self == .zip && status == ARCHIVE_WARN
      guard isAccepted, let entry, let pathname = archive_entry_pathname(entry) else {
        throw failure(archive, at: path)
      }
      let fullName = String(cString: pathname)
      guard Self.isSafe(fullName) else {
        throw Problem(
          .badData, at: path, "the entry '\(fullName)' would be extracted outside the archive's folder")
      }
      let name = fullName.hasPrefix("./") ? String(fullName.dropFirst(2)) : fullName
      guard entries.contains(name) else { continue }
      guard status == ARCHIVE_OK else { throw failure(archive, at: path) }
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
      throw Problem(.badData, at: path, "the entry '\(entry)' has more than the \(size) bytes that it claims")
    }
    guard bytes.count == size else {
      throw Problem(
        .badData, at: path, "the entry '\(entry)' is cut off after \(bytes.count) of \(size) bytes")
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
