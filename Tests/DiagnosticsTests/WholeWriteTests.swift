import Foundation
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Writing all of some bytes")
struct WholeWriteTests {
  private static let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }

  @Test("goes on after a call that takes some of them, and after one that a signal interrupts")
  func pieces() {
    var written: [UInt8] = []
    var calls = 0
    let code = Self.bytes.withUnsafeBytes { bytes in
      writeWhole(bytes, to: -1) { _, address, count in
        calls += 1
        if calls % 2 == 0 {
          errno = EINTR
          return -1
        }
        let taken = min(count, 301)
        written += UnsafeRawBufferPointer(start: address, count: taken)
        return taken
      }
    }
    #expect(code == 0)
    #expect(written == Self.bytes)
  }

  @Test("ends with an error where a call takes nothing and names no error, instead of calling for ever")
  func nothingTaken() {
    // What an earlier call has left there.
    errno = EINTR
    let code = Self.bytes.withUnsafeBytes { bytes in writeWhole(bytes, to: -1) { _, _, _ in 0 } }
    #expect(code == EIO)
  }

  @Test("ends with the system's error")
  func refused() {
    #expect(Self.bytes.withUnsafeBytes { writeWhole($0, to: -1) } == EBADF)
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    #expect(Self.bytes.withUnsafeBytes { writeWhole($0, to: full) } == ENOSPC)
  }
}
