import Foundation
import Testing

/// Decodes a JSON file with snake-case keys from a test target's Fixtures folder.
///
/// - Parameter bundle: the test target's.
public func decodeFixture<Value: Decodable>(
  _ name: String, in bundle: Bundle, as type: Value.Type = Value.self
) throws -> Value {
  let folder = try #require(bundle.url(forResource: "Fixtures", withExtension: nil))
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
}
