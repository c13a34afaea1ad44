import Foundation
import HDF5
import TestSupport
import Testing

extension HDF5Tests {
  /// Against a file that h5py wrote (`Fixtures/make_h5py.py`), whose values stand there.
  @Suite struct Interoperability {
    private let root: HDF5Group

    init() throws {
      let path = try #require(Bundle.module.path(forResource: "h5py", ofType: "h5", inDirectory: "Fixtures"))
      root = try HDF5File.open(path).root
    }

    @Test("numbers of widths and byte orders that we do not write are read")
    func numbers() throws {
      let float32 = try root.openDataset("float32").read(Double.self)
      #expect(float32.values == [0, 0.25, 0.5, 0.75, 1, 1.25])
      #expect(float32.shape == [2, 3])
      #expect(try root.openDataset("float16").read(Float.self).values == [0.5, -2])
      #expect(try root.openDataset("big_endian").read(Int.self).values == [1, -2, 300])
      #expect(try root.openDataset("truth").read(UInt8.self).values == [1, 0, 1])
      #expect(try root.openDataset("scalar").read(Float.self, shape: []) == [7.25])
      #expect(try root.openDataset("chunked").read(Int32.self, rows: 95..<105).values == [Int32](95..<105))
    }

    @Test("strings of fixed and variable length are read")
    func strings() throws {
      #expect(try root.openDataset("fixed_strings").readStrings().values == ["a", "bc", ""])
      #expect(try root.openDataset("fixed_utf8").readStrings().values == ["ä", "日本"])
      #expect(try root.openDataset("object_strings").readStrings().values == ["zéro", "", "eins"])
      #expect(try root.openDataset("scalar_string").readString() == "one")
    }

    @Test("attributes of every form are read")
    func attributes() throws {
      let attributes = try root.openGroup("group").attributes
      #expect(try attributes.readString("object") == "größer")
      #expect(try attributes.readString("fixed") == "fixed")
      #expect(try attributes.readStrings("numpy_strings") == ["x", "yz"])
      #expect(try attributes.readStrings("object_strings") == ["eins", "zwei"])
      #expect(try attributes.readNumber(Int64.self, "int") == 3)
      #expect(try attributes.readNumber(Double.self, "int") == 3)
      #expect(try attributes.readNumber(Int64.self, "uint8") == 200)
      #expect(try attributes.readNumber(Double.self, "float32") == 0.5)
      #expect(try attributes.readNumbers(Int64.self, "int16_array") == [1, -2])
      #expect(try attributes.readNumber(Int.self, "one") == 9)
      #expect(try attributes.readNumber(UInt8.self, "bool") == 1)
    }

    @Test("what has no meaning here is refused, not misread")
    func refusals() throws {
      let attributes = try root.openGroup("group").attributes
      expectFailure(.wrongContent, "/group@uint64: cannot read: it holds a value that Int64 cannot represent")
      {
        _ = try attributes.readNumber(Int64.self, "uint64")
      }
      expectFailure(.wrongContent, "declared without any value") { _ = try attributes.readString("empty") }
      expectFailure(.wrongContent, "/nothing: cannot read: it is declared without any value") {
        _ = try root.openDataset("nothing").read(Float.self)
      }
      expectFailure(.wrongContent, "/latin1: cannot read: a string in it is not UTF-8") {
        _ = try root.openDataset("latin1").readStrings()
      }
      expectFailure(.wrongContent, "/records: cannot read: it holds records, not numbers") {
        _ = try root.openDataset("records").read(Float.self)
      }
      expectFailure(.wrongContent, "larger than this machine's memory") {
        _ = try root.openDataset("claims_too_much").read(Double.self)
      }
      expectFailure(.wrongContent, "UInt8 cannot represent") {
        _ = try root.openDataset("fractions").read(UInt8.self)
      }
    }

    @Test("a link that leads nowhere is listed as such and cannot be opened")
    func danglingLink() throws {
      #expect(try root.children().first { $0.name == "soft" }?.kind == .other)
      #expect(try !root.exists("soft"))
      expectFailure(.missing, "/soft") { _ = try root.openDataset("soft") }
    }
  }
}
