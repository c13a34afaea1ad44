import CZlib
import Diagnostics

/// gzip decompression in memory.
enum Gzip {
  /// More than any expected file holds; a file that unpacks to more bytes is refused.
  static let limit = 256 << 20

  static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

  /// The bytes of a file, unpacked if it is gzip.
  static func readFile(_ path: String) throws(Problem) -> [UInt8] {
    let bytes = try FileBytes.read(path)
    return isGzip(bytes) ? try unpack(bytes, from: path) : bytes
  }

  /// Reads a file, packed or not, to its end and verifies gzip's checksums, which libarchive does not.
  static func check(_ path: String) throws(Problem) {
    guard let file = gzopen(path, "rb") else { throw Problem(.inputOutput, at: path, "cannot be opened") }
    defer { gzclose_r(file) }
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while gzread(file, &piece, UInt32(piece.count)) > 0 {}
    var status = Z_OK
    let words = gzerror(file, &status).map { String(cString: $0) } ?? "zlib error \(status)"
    // zlib prefixes its message with the path.
    let reason = words.hasPrefix("\(path): ") ? String(words.dropFirst(path.count + 2)) : words
    guard status == Z_OK || status == Z_STREAM_END else {
      throw Problem(
        status == Z_ERRNO ? .inputOutput : .badData, at: path, "the gzip data is damaged: \(reason)")
    }
  }

  /// Unpacks all members of a gzip file.
  ///
  /// - Parameters:
  ///   - bytes: the packed file.
  ///   - path: the path that errors name.
  ///   - limit: the maximum unpacked size in bytes.
  static func unpack(
    _ packed: [UInt8], from path: String, limit: Int = limit
  ) throws(Problem) -> [UInt8] {
    var stream = z_stream()
    // A window of 15 bits, plus 16 to expect a gzip header.
    let opened = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard opened == Z_OK else { throw Problem(.inputOutput, at: path, "zlib cannot start (\(opened))") }
    defer { inflateEnd(&stream) }

    var packed = packed
    var unpacked: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    var consumed = 0
    while true {
      let remaining = min(packed.count - consumed, 1 << 30)
      var status = Z_OK
      var taken = 0
      var given = 0
      packed.withUnsafeMutableBufferPointer { input in
        piece.withUnsafeMutableBufferPointer { output in
          stream.next_in = input.baseAddress.map { $0 + consumed }
          stream.avail_in = UInt32(remaining)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          status = inflate(&stream, Z_NO_FLUSH)
          taken = remaining - Int(stream.avail_in)
          given = output.count - Int(stream.avail_out)
        }
      }
      consumed += taken
      unpacked += piece[..<given]
      guard unpacked.count <= limit else {
        throw Problem(.badData, at: path, "unpacks to more than \(limit) bytes")
      }
      switch status {
      case Z_STREAM_END where consumed == packed.count:
        return unpacked
      case Z_STREAM_END:
        guard packed[consumed...].starts(with: [0x1f, 0x8b]) else {
          throw Problem(
            .badData, at: path, "\(packed.count - consumed) bytes follow the end of the gzip data")
        }
        inflateReset(&stream)
      case Z_OK where taken > 0 || given > 0:
        continue
      case Z_OK, Z_BUF_ERROR:
        throw Problem(.badData, at: path, "the gzip data is cut off after \(packed.count) bytes")
      default:
        let reason = stream.msg.map { String(cString: $0) } ?? "zlib error \(status)"
        throw Problem(.badData, at: path, "the gzip data is damaged at byte \(consumed): \(reason)")
      }
    }
  }
}
