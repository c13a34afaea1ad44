import CArchive
import CZlib
import Diagnostics
import Foundation
import Testing

@testable import Datasets

/// The path of a file among the fixtures.
func fixture(_ name: String) -> String { Bundle.module.bundlePath + "/Fixtures/" + name }

/// Writes a file, and the folders above it.
func write(_ bytes: [UInt8], to path: String) throws {
  let url = URL(fileURLWithPath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(bytes).write(to: url)
}

/// One gzip member.
func gzipped(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
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

/// A tar archive packed with gzip, or a zip archive, whose entries may be stored without compression.
func writeArchive(
  _ entries: [(name: String, content: [UInt8])], to path: String, _ format: ArchiveFormat = .tar,
  stored: Bool = false
) {
  let archive = archive_write_new()
  defer { archive_write_free(archive) }
  switch format {
  case .tar:
    archive_write_add_filter_gzip(archive)
    archive_write_set_format_ustar(archive)
  case .zip:
    archive_write_set_format_zip(archive)
    if stored { archive_write_zip_set_compression_store(archive) }
  }
  archive_write_open_filename(archive, path)
  for (name, content) in entries {
    let entry = archive_entry_new()
    archive_entry_set_pathname(entry, name)
    archive_entry_set_size(entry, Int64(content.count))
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_perm(entry, 0o644)
    archive_write_header(archive, entry)
    archive_write_data(archive, content, content.count)
    archive_entry_free(entry)
  }
  archive_write_close(archive)
}

/// The problem that `body` throws; nil when it throws none.
func problem(_ body: () throws(Problem) -> Void) -> Problem? {
  do throws(Problem) {
    try body()
    return nil
  } catch {
    return error
  }
}

/// Expects a problem of this kind at this place, whose cause contains some words.
func expectProblem(
  _ kind: Problem.Kind, at place: String, _ words: String = "",
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(Problem) -> Void
) {
  guard let found = problem(body) else {
    Issue.record("nothing was refused", sourceLocation: sourceLocation)
    return
  }
  #expect(found.kind == kind, sourceLocation: sourceLocation)
  #expect(found.place == place, sourceLocation: sourceLocation)
  #expect(words.isEmpty || found.description.contains(words), "\(found)", sourceLocation: sourceLocation)
}

/// Only the data folder that is given, so that no test finds anything else.
func only(_ folder: String) -> DataSearchPath { DataSearchPath(candidates: [.init(folder, .environment)]) }

func bigEndian(_ words: [Int]) -> [UInt8] {
  words.flatMap { word in (0..<4).map { UInt8(word >> (24 - 8 * $0) & 0xff) } }
}
