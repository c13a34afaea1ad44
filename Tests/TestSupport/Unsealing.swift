import Foundation

/// Removes a result file's seal, so that a test can change it like a file from an earlier version, which has none.
public func unseal(_ path: String) throws {
  let url = URL(fileURLWithPath: path)
  let content = try Data(contentsOf: url)
  if let range = content.range(of: Data("\nganomaly-seal-sha256:".utf8), options: .backwards) {
    try content[..<range.lowerBound].write(to: url)
  }
}
