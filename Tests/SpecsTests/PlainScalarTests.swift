import Settings
import Testing

@testable import Specs

@Suite("An unquoted scalar")
struct PlainScalarTests {
  @Test(
    "is an integer in decimal digits only",
    arguments: [("0", 0), ("12", 12), ("-3", -3), ("+4", 4), ("4294967295", 4_294_967_295)])
  func integers(_ spelling: String, _ value: Int) { #expect(plainScalar(spelling) == .integer(value)) }

  @Test(
    "is a number with a fraction, an exponent or both",
    arguments: [
      ("2e-4", 2e-4), ("1e-4", 1e-4), ("2E4", 2e4), ("0.0002", 2e-4), ("5.", 5), (".5", 0.5), ("-.5e+1", -5),
      ("5.e1", 50), ("1e-05", 1e-5), ("-0.0", 0), ("1.7976931348623157e308", .greatestFiniteMagnitude),
      ("123456789012345678901234567890", 0x1.8EE90FF6C373Ep96),
      (".inf", .infinity), ("-.INF", -.infinity),
    ])
  func numbers(_ spelling: String, _ value: Double) { #expect(plainScalar(spelling) == .number(value)) }

  @Test(
    "that YAML's versions read differently stays a text",
    arguments: [
      "0x10", "0o17", "017", "00", "0b1", "1_000", "1:30", "yes", "No", "on", "OFF", "True", "FALSE", "inf",
      "nan",
      "NaN", "1e", "e5", ".", "-", "1.2.3", "2024-01-01", "1,5", "٣",
    ])
  func texts(_ spelling: String) { #expect(plainScalar(spelling) == .text(spelling)) }

  @Test("is nothing when null or empty", arguments: ["", "~", "null", "Null", "NULL"])
  func nothing(_ spelling: String) { #expect(plainScalar(spelling) == nil) }

  @Test("is a flag as true and false")
  func flags() {
    #expect(plainScalar("true") == .flag(true))
    #expect(plainScalar("false") == .flag(false))
  }
}
