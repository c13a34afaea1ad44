import Diagnostics
import Foundation
import Hashing
import TestSupport
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  @Test("the digests are those of FIPS 180-2")
  func knownAnswers() {
    #expect(
      SHA256.hexadecimal(of: "abc".utf8)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hexadecimal(of: "".utf8)
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test("pieces give the digest of the whole, files that of their bytes")
  func pieces() throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var hash = SHA256()
    hash.update(bytes.span.bytes.extracting(..<1_000_001))
    hash.update(bytes.span.bytes.extracting(1_000_001...))
    let whole = SHA256.hexadecimal(of: bytes)
    #expect(hash.hexadecimal() == whole)
    try withTemporaryFolder { folder in
      let path = folder + "/bytes"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(try SHA256.hexadecimal(ofFile: path) == whole)
    }
  }

  @Test("a file that is not there is named")
  func missing() {
    #expect { try SHA256.hexadecimal(ofFile: "/nowhere/file") } throws: { error in
      (error as? Problem)?.kind == .missingInput && (error as? Problem)?.place == "/nowhere/file"
    }
  }
}
