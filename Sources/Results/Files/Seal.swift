import Diagnostics
import Foundation
import HDF5
import Hashing

/// The seal of a file that this program writes: the HDF5 file proper is followed by a line with the SHA-256 of
/// everything before it.
///
/// It is checked before the HDF5 library, which does not survive hostile bytes, sees any of them. HDF5 readers do not
/// look past the end of the HDF5 file.
enum Seal {
  private static let prefix = "\nganomaly-seal-sha256:"
  private static let suffix = "\n"
  private static let digits = 64
  private static var count: Int { prefix.utf8.count + digits + suffix.utf8.count }

  /// The seal for these bytes.
  static func seal(of bytes: [UInt8]) -> [UInt8] { line(SHA256.hexadecimal(of: bytes)) }

  private static func line(_ digest: String) -> [UInt8] { Array((prefix + digest + suffix).utf8) }

  /// Seals an otherwise complete file.
  ///
  /// - Throws: `Problem` if it cannot be read or written.
  static func append(to path: String) throws(Problem) {
    let line = line(try SHA256.hexadecimal(ofFile: path))
    guard let file = FileHandle(forWritingAtPath: path) else {
      throw Problem(.inputOutput, at: path, "cannot be opened: \(systemReason())")
    }
    do {
      try file.seekToEnd()
      try file.write(contentsOf: Data(line))
      try file.close()
    } catch {
      throw Problem(.inputOutput, at: path, "cannot be written: \(systemReason(error))")
    }
  }

  /// Whether a file ends with a seal, broken or not.
  static func isSealed(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path), let size = try? file.seekToEnd(), size > count,
      (try? file.seek(toOffset: size - UInt64(count))) != nil, let end = try? file.readToEnd()
    else { return false }
    return end.starts(with: Array(prefix.utf8))
  }

  /// Checks that a sealed file is what was sealed.
  ///
  /// - Returns: false for a file without a seal, such as one of an earlier version or a truncated one.
  /// - Throws: `Problem` of kind `badData` for a file that has changed since.
  static func verify(_ path: String, remedy: String) throws(Problem) -> Bool {
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped),
      bytes.count > count
    else { return false }
    let end = Array(bytes.suffix(count))
    guard end.starts(with: Array(prefix.utf8)) else { return false }
    let sealed = bytes.dropLast(count)
    var hash = SHA256()
    hash.update(sealed.bytes)
    guard end == line(hash.hexadecimal()) else {
      throw Problem(
        .badData, at: path, "it is damaged: its content does not have the checksum at its end", hint: remedy)
    }
    return true
  }
}
