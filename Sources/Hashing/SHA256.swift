import CCrypto
import Diagnostics
import Foundation

/// Incremental SHA-256, by OpenSSL.
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// The hash of no bytes yet.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("OpenSSL offers no SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Appends bytes to the hashed data.
  public mutating func update(_ bytes: RawSpan) {
    let done = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    precondition(done == 1, "OpenSSL refused \(bytes.byteCount) bytes")
  }

  /// The digest of all appended bytes, as 64 lower-case hexadecimal digits.
  public consuming func hexadecimal() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    let done = EVP_DigestFinal_ex(context, &digest, nil)
    precondition(done == 1, "OpenSSL returned no digest")
    return digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// The digest of `bytes`, as 64 lower-case hexadecimal digits.
  public static func hexadecimal(of bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var hash = SHA256()
    hash.update(bytes.span.bytes)
    return hash.hexadecimal()
  }

  /// The digest of a file's bytes, which are read in chunks.
  ///
  /// - Throws: `missingInput` if the file does not exist, `inputOutput` if it cannot be read.
  public static func hexadecimal(ofFile path: String) throws(Problem) -> String {
    guard let file = fopen(path, "rb") else {
      throw Problem(
        errno == ENOENT ? .missingInput : .inputOutput, at: path, String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var hash = SHA256()
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      hash.update(piece.span.bytes.extracting(0..<count))
      if count < piece.count { break }
    }
    if ferror(file) != 0 {
      throw Problem(.inputOutput, at: path, "cannot be read: \(String(cString: strerror(errno)))")
    }
    return hash.hexadecimal()
  }
}
