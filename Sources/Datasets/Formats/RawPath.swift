import Foundation

/// A path as the file system stores it: bytes, not necessarily UTF-8, so that old Latin-1 names work too.
struct RawPath: Hashable, Sendable {
  /// Without the terminating zero.
  private(set) var bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The path of `name` in this folder.
  func appending(_ name: [UInt8]) -> RawPath {
    var path = self
    if let last = bytes.last, last != UInt8(ascii: "/") { path.bytes.append(UInt8(ascii: "/")) }
    path.bytes += name
    return path
  }

  /// For display, with bytes that are not part of a UTF-8 character written like `\xE9`.
  var text: String { Self.text(of: bytes) }

  /// The path as text; nil if it is not UTF-8.
  var validText: String? { String(validating: bytes, as: UTF8.self) }

  static func text(of bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
      // A character has one to four bytes.
      let length = (1...min(4, rest.count)).first {
        String(validating: rest.prefix($0), as: UTF8.self) != nil
      }
      text +=
        length.flatMap { String(validating: rest.prefix($0), as: UTF8.self) }
        ?? "\\x" + (first < 16 ? "0" : "") + String(first, radix: 16, uppercase: true)
      rest = rest.dropFirst(length ?? 1)
    }
    return text
  }

  /// Calls `body` with the path as a C string.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes + [0]).withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { characters in
        guard let base = characters.baseAddress else { preconditionFailure("a path has at least its zero") }
        return body(base)
      }
    }
  }

  /// Orders paths by their bytes.
  static func precedes(_ first: RawPath, _ second: RawPath) -> Bool {
    first.bytes.lexicographicallyPrecedes(second.bytes)
  }
}
