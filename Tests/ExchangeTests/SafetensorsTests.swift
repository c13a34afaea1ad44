import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Exchange

/// A file with this header and so many bytes after it.
private func file(_ header: String, data: Int = 0) -> [UInt8] {
  let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
  return length + Array(header.utf8) + [UInt8](repeating: 0, count: data)
}

private func tensor(
  _ name: String, _ shape: String, _ begin: Int, _ end: Int, type: String = "F32"
) -> String {
  "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
}

private let sample = Safetensors(
  [
    Safetensors.Tensor("b", shape: [2, 3], .floats([1, -2, 0.5, .leastNonzeroMagnitude, 1e30, -0.0])),
    Safetensors.Tensor("counter", shape: [], .integers([7])),
    Safetensors.Tensor("a/ü \"quoted\"", shape: [1], .floats([3])),
    Safetensors.Tensor("empty", shape: [0, 4], .floats([])),
  ], metadata: ["run": "0123", "note": "line\nbreak"])

@Suite("A safetensors file")
struct SafetensorsTests {
  @Test("gives back every bit of what was written, and its metadata")
  func roundTrip() throws {
    let read = try Safetensors(sample.bytes, from: "f")
    #expect(read.metadata == sample.metadata)
    let byName = Dictionary(uniqueKeysWithValues: read.tensors.map { ($0.name, $0) })
    #expect(byName.count == sample.tensors.count)
    for tensor in sample.tensors { #expect(byName[tensor.name] == tensor) }
    guard case .floats(let values) = byName["b"]?.values else { throw Missing() }
    #expect(values[5].sign == .minus)
  }

  private struct Missing: Error {}

  @Test("begins with the length of a JSON header, and its numbers lie at multiples of their size")
  func layout() throws {
    let bytes = sample.bytes
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    #expect((8 + length) % 8 == 0)
    let header = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
    #expect(Set(header.keys) == ["__metadata__", "b", "counter", "a/ü \"quoted\"", "empty"])
    let counter = try #require(header["counter"] as? [String: Any])
    #expect(counter["dtype"] as? String == "I64")
    #expect(counter["data_offsets"] as? [Int] == [0, 8])
    for (name, entry) in header where name != "__metadata__" {
      let offsets = try #require((entry as? [String: Any])?["data_offsets"] as? [Int])
      #expect(offsets[0] % 4 == 0)
    }
    #expect(bytes.count == 8 + length + 8 + 24 + 4)
  }

  @Test("that is cut off anywhere is refused")
  func truncated() {
    let bytes = sample.bytes
    for count in [0, 3, 8, 20, bytes.count - 36, bytes.count - 1] {
      expectProblem(.badData, "f: ") { _ = try Safetensors(Array(bytes[..<count]), from: "f") }
    }
    expectProblem(.badData, "the file is cut off: its tensors have 36 bytes, of which there are 35") {
      _ = try Safetensors(Array(bytes.dropLast()), from: "f")
    }
  }

  @Test("that contradicts itself is refused, with what and where")
  func contradictions() {
    let cases: [(bytes: [UInt8], words: String)] = [
      ([UInt8](repeating: 255, count: 16), "its first eight bytes call for a header of"),
      ([64, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), "its header has 64 bytes, of which there are 2"),
      (file("[1]"), "the header is not a JSON object"),
      (file("{\"a\":"), "not the JSON of a safetensors file"),
      ([3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0xFF, 0x7D], "the header is not UTF-8"),
      (file("{\"a\":{\"dtype\":\"F32\"}}"), "f:a: the header does not describe a tensor"),
      (file("{\"a\":7}"), "f:a: the header does not describe a tensor"),
      (file("{\(tensor("a", "[1.5]", 0, 4))}", data: 4), "header"),
      (
        file("{\(tensor("a", "[2]", 0, 8)),\(tensor("b", "[2]", 4, 12))}", data: 12),
        "f:b: its bytes, from 4 on, overlap"
      ),
      (
        file("{\(tensor("a", "[1]", 0, 4)),\(tensor("b", "[1]", 8, 12))}", data: 12),
        "f:b: before it lie 4 bytes"
      ),
      (file("{\(tensor("a", "[1]", 0, 4))}", data: 6), "2 bytes follow the last tensor"),
      (file("{\(tensor("a", "[3]", 0, 4))}", data: 4), "f:a: 4 bytes, but F32 of shape [3] takes 12"),
      (file("{\(tensor("a", "[-1]", 0, 4))}", data: 4), "f:a: there is no tensor of type F32 and shape [-1]"),
      (
        file("{\(tensor("a", "[9223372036854775807,9]", 0, 4))}", data: 4),
        "f:a: there is no tensor of type F32"
      ),
      (file("{\(tensor("a", "[1]", 0, 4, type: "X8"))}", data: 4), "f:a: there is no tensor of type X8"),
      (file("{\(tensor("a", "[1]", 8, 4))}", data: 8), "f:a: the offsets [8, 4] are no beginning and end"),
      (
        file("{\(tensor("a", "[2]", 0, 4, type: "F16"))}", data: 4),
        "f:a: numbers of type F16 are not read here"
      ),
    ]
    for (bytes, words) in cases {
      expectProblem(.badData, words) { _ = try Safetensors(bytes, from: "f") }
    }
  }

  private static let python = Python.having("numpy", "safetensors.numpy")

  @Test(
    "is read by the format's own library, whose files are read here",
    .enabled(if: python != nil, "SKIPPED: Python has no numpy and safetensors"))
  func library() throws {
    let python = try #require(Self.python)
    try withTemporaryFolder { folder in
      let (ours, theirs) = ("\(folder)/ours.safetensors", "\(folder)/theirs.safetensors")
      try Data(sample.bytes).write(to: URL(fileURLWithPath: ours))
      let program = """
        import sys
        from safetensors import safe_open
        from safetensors.numpy import load_file, save_file
        tensors = load_file(sys.argv[1])
        with safe_open(sys.argv[1], "np") as file: metadata = file.metadata()
        save_file(tensors, sys.argv[2], metadata=metadata)
        print(sorted((name, list(value.shape)) for name, value in tensors.items()))
        """
      let text = try Python.output(of: python, program, ours, theirs)
      #expect(text.contains("('b', [2, 3])") && text.contains("('counter', [])"))
      let read = try Safetensors(Array(Data(contentsOf: URL(fileURLWithPath: theirs))), from: theirs)
      #expect(read.metadata == sample.metadata)
      #expect(Set(read.tensors.map(\.name)) == Set(sample.tensors.map(\.name)))
      for tensor in read.tensors { #expect(sample.tensors.contains(tensor)) }
    }
  }
}
