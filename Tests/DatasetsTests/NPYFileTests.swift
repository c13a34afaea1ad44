import Diagnostics
import Testing

@testable import Datasets

struct NPYFileTests {
  private static let good = npy("<i2", [2, 3], (0..<12).map { $0 })

  private static func integers(_ bytes: [UInt8]) throws -> [Int] {
    let file = try NPYFile(bytes, from: "a")
    guard case .integers(let values) = try file.values(0..<file.shape[0], at: "a") else { return [] }
    return values
  }

  @Test("integers of every width, sign and byte order are read")
  func integers() throws {
    #expect(try Self.integers(npy("<i2", [3], [1, 0, 0xff, 0xff, 0, 0x80])) == [1, -1, -32768])
    #expect(try Self.integers(npy(">i2", [1, 2], [0, 1, 0x80, 0])) == [1, -32768])
    #expect(try Self.integers(npy("|i1", [2], [0x80, 0x7f])) == [-128, 127])
    #expect(try Self.integers(npy("<u2", [1], [0xff, 0xff])) == [65535])
    #expect(try Self.integers(npy("<u4", [1], [0, 0, 0, 0x80])) == [1 << 31])
    let least: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0x80]
    #expect(try Self.integers(npy("<i8", [1], least)) == [.min])
    expectProblem(.badData, at: "a", "holds 9223372036854775808, which is too large") { () throws(Problem) in
      _ = try NPYFile(npy("<u8", [1], least), from: "a").values(0..<1, at: "a")
    }
  }

  @Test("strings are read without the zeros that fill them up, from bytes and from UTF-32")
  func strings() throws {
    func texts(_ bytes: [UInt8]) throws -> [String] {
      let file = try NPYFile(bytes, from: "a")
      guard case .texts(let values) = try file.values(0..<file.shape[0], at: "a") else { return [] }
      return values
    }
    #expect(try texts(npy("|S3", [3], [97, 0, 0, 98, 99, 100, 0, 0, 0])) == ["a", "bcd", ""])
    #expect(try texts(npy("<U2", [1], [0xb2, 3, 0, 0, 0, 0, 0, 0])) == ["β"])
    #expect(try texts(npy(">U1", [1], [0, 1, 0xf6, 0])) == ["😀"])
    for bytes in [
      npy("|S1", [1], [0xff]), npy("<U1", [1], [0, 0xd8, 0, 0]), npy("<U1", [1], [0, 0, 0x11, 0]),
    ] {
      expectProblem(.badData, at: "a", "string 0 is not Unicode") { () throws(Problem) in
        _ = try NPYFile(bytes, from: "a").values(0..<1, at: "a")
      }
    }
  }

  @Test("some rows are the same as these rows of all")
  func rows() throws {
    let file = try NPYFile(Self.good, from: "a")
    guard case .integers(let all) = try file.values(0..<2, at: "a"),
      case .integers(let last) = try file.values(1..<2, at: "a")
    else {
      Issue.record("no integers")
      return
    }
    #expect(all == [0x100, 0x302, 0x504, 0x706, 0x908, 0xb0a])
    #expect(last == Array(all[3...]))
  }

  @Test("keys in any order, Python 2's long integers, and no spaces are read")
  func spellings() throws {
    for header in [
      "{'shape': (2L, 1L), 'fortran_order': False, 'descr': '|u1'}",
      "{'descr':'|u1','fortran_order':False,'shape':(2,1)}\n",
    ] {
      #expect(try NPYFile(npy(header: header, values: [1, 2]), from: "a").shape == [2, 1])
    }
    #expect(try NPYFile(npy("|u1", [], [7]), from: "a").shape == [])
  }

  @Test("a file that is cut off anywhere, or too long, is refused")
  func lengths() {
    for length in 0..<Self.good.count {
      expectProblem(.badData, at: "a") { () throws(Problem) in
        _ = try NPYFile(Array(Self.good[..<length]), from: "a")
      }
    }
    expectProblem(.badData, at: "a", "has 1 bytes after its values") { () throws(Problem) in
      _ = try NPYFile(Self.good + [0], from: "a")
    }
  }

  @Test(
    "a header that is not three plain entries is refused",
    arguments: [
      "", "{}", "{'descr': '|u1', 'fortran_order': False}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'more': 1}",
      "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': 1}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (1)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
      "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (1,)}",
      "{'descr': __import__('os').system('x'), 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (1,)} x",
      "{'descr': '|u1' 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '|u1', 'fortran_order': False, 'shape': (\(String(repeating: "1,", count: 33)))}",
    ])
  func headers(header: String) {
    expectProblem(.badData, at: "a", "is not that of an array of numbers") { () throws(Problem) in
      _ = try NPYFile(npy(header: header, values: [1]), from: "a")
    }
  }

  @Test(
    "types that are not read are refused",
    arguments: ["<f2", "<c8", "|V2", "<M8[s]", "|S0", "<U0", "|u3", "", "<"])
  func types(type: String) {
    expectProblem(.badData, at: "a", "which is not read") { () throws(Problem) in
      _ = try NPYFile(npy(type, [0], []), from: "a")
    }
  }

  @Test("sizes beyond the file, and beyond all integers, are refused without allocating them")
  func claims() {
    for shape in [
      [1_000_000_000_000_000_000], [.max, .max, .max], [1 << 32, 1 << 32], [13],
    ] {
      expectProblem(.badData, at: "a", "is cut off: its header claims the shape") { () throws(Problem) in
        _ = try NPYFile(npy("<f8", shape, [UInt8](repeating: 0, count: 96)), from: "a")
      }
    }
    var long = NPYFile.signature + [2, 0, 0xff, 0xff, 0xff, 0xff]
    long += Array("{}".utf8)
    expectProblem(.badData, at: "a", "within its header") { () throws(Problem) in
      _ = try NPYFile(long, from: "a")
    }
    expectProblem(.badData, at: "a", "of version 4") { () throws(Problem) in
      _ = try NPYFile(NPYFile.signature + [4, 0, 0, 0], from: "a")
    }
  }
}
