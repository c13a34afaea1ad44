import Foundation
import HDF5
import TestSupport
import Testing

/// Expects an error of this kind whose description holds `text`.
func expectFailure(
  _ kind: HDF5Error.Kind, _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was thrown, expected '\(text)'", sourceLocation: sourceLocation)
  } catch let error as HDF5Error {
    #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
    #expect(error.description.contains(text), "\(error)", sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}

extension HDF5Tests {
  @Suite struct Refusals {
    @Test("what cannot be opened says why and where")
    func opening() throws {
      try withTemporaryFolder { folder in
        expectFailure(.missingFile, "\(folder)/absent.h5: cannot open: No such file") {
          _ = try HDF5File.open(folder + "/absent.h5")
        }
        expectFailure(.wrongContent, "it is a folder") { _ = try HDF5File.open(folder) }
        let text = folder + "/text.h5"
        try Data("no HDF5 here, but some kilobytes of text".utf8).write(to: URL(fileURLWithPath: text))
        expectFailure(.wrongContent, "text.h5: cannot open: it is not an HDF5 file") {
          _ = try HDF5File.open(text)
        }
        let empty = folder + "/empty.h5"
        try Data().write(to: URL(fileURLWithPath: empty))
        expectFailure(.wrongContent, "it is not an HDF5 file") { _ = try HDF5File.open(empty) }
        expectFailure(.missingFile, "Not a directory") { _ = try HDF5File.open(text + "/below.h5") }
      }
    }

    @Test("a truncated file is recognized wherever it was cut", arguments: [4, 100, 2000, 40_000])
    func truncated(length: Int) throws {
      try withTemporaryFolder { folder in
        let path = folder + "/file.h5"
        try writeHDF5(path) {
          try $0.write([Double](repeating: 1, count: 10_000), shape: [10_000], to: "data")
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.prefix(length).write(to: URL(fileURLWithPath: path))
        expectFailure(.wrongContent, length < 8 ? "not an HDF5 file" : "truncated file") {
          _ = try HDF5File.open(path)
        }
      }
    }

    @Test("what cannot be saved says why and where")
    func saving() throws {
      try withTemporaryFolder { folder in
        let path = folder + "/file.h5"
        try writeHDF5(path)
        expectFailure(.inputOutput, "file.h5/below.h5: cannot save: Not a directory") {
          try writeHDF5(path + "/below.h5")
        }
        expectFailure(.inputOutput, "/absent/file.h5: cannot save: No such file or directory") {
          try writeHDF5(folder + "/absent/file.h5")
        }
      }
    }

    @Test(
      "a folder that may not be written is named", .enabled(if: geteuid() != 0, "root may write everywhere"))
    func readOnlyFolder() throws {
      try withTemporaryFolder { folder in
        chmod(folder, 0o500)
        defer { chmod(folder, 0o700) }
        expectFailure(.inputOutput, "\(folder)/file.h5: cannot save: Permission denied") {
          try writeHDF5(folder + "/file.h5")
        }
      }
    }

    @Test("a file opened for reading is not written")
    func readOnly() throws {
      try roundTrip {
        try $0.write([1], shape: [], to: "data")
      } read: { root in
        expectFailure(.inputOutput, "/new: cannot write") { try root.write([1], shape: [], to: "new") }
        expectFailure(.inputOutput, "/data: cannot delete") { try root.delete("data") }
      }
    }

    @Test("datasets and groups that are missing, of another kind, or there already, are named")
    func names() throws {
      try roundTrip { root in
        try root.write([1, 2], shape: [2], to: "data")
        try root.createGroup("group")
        expectFailure(.alreadyExists, "/data: cannot write") { try root.write([1], shape: [], to: "data") }
        expectFailure(.alreadyExists, "/group: cannot create the group") { try root.createGroup("group") }
      } read: { root in
        expectFailure(.missing, "/group/absent: cannot open the dataset: there is nothing of this name") {
          _ = try root.openGroup("group").openDataset("absent")
        }
        expectFailure(.missing, "/absent/below") { _ = try root.openGroup("absent/below") }
        expectFailure(.wrongContent, "/group: cannot open the dataset: it is not a dataset") {
          _ = try root.openDataset("group")
        }
        expectFailure(.wrongContent, "/data: cannot open the group: it is not a group") {
          _ = try root.openGroup("data")
        }
        expectFailure(.missing, "/group@absent: cannot read") {
          _ = try root.openGroup("group").attributes.readString("absent")
        }
      }
    }

    @Test("another type, shape or range than asked for is refused, naming the dataset")
    func content() throws {
      try roundTrip { root in
        try root.write([1, 300, -1], shape: [3], to: "integers")
        try root.write([0.5, 1], shape: [2], to: "fractions")
        try root.write(["a", "b"], to: "strings")
        try root.attributes.write("a", to: "string")
        try root.attributes.write([0.5, 300], to: "numbers")
        expectFailure(.wrongContent, "holds U+0000") { try root.write("a\0b", to: "null") }
      } read: { root in
        let integers = try root.openDataset("integers")
        expectFailure(.wrongContent, "/integers: cannot read: it holds integers, not strings") {
          _ = try integers.readStrings()
        }
        expectFailure(.wrongContent, "/strings: cannot read: it holds strings, not numbers") {
          _ = try root.openDataset("strings").read(Float.self)
        }
        expectFailure(.wrongContent, "/integers: cannot read: its shape is [3], not [1, 3]") {
          _ = try integers.read(Int.self, shape: [1, 3])
        }
        expectFailure(.wrongContent, "/strings: cannot read: its shape is [2], not that of one value") {
          _ = try root.openDataset("strings").readString()
        }
        expectFailure(.wrongContent, "rows 2..<4 are out of range: it has 3 rows") {
          _ = try integers.read(Int.self, rows: 2..<4)
        }
        expectFailure(.wrongContent, "/integers: cannot read: it holds a value that UInt8 cannot represent") {
          _ = try integers.read(UInt8.self)
        }
        expectFailure(.wrongContent, "a value that Int64 cannot represent") {
          _ = try root.openDataset("fractions").read(Int64.self)
        }
        expectFailure(.wrongContent, "/@numbers: cannot read: it holds 2 values, not one") {
          _ = try root.attributes.readNumber(Double.self, "numbers")
        }
        expectFailure(.wrongContent, "a value that Int cannot represent") {
          _ = try root.attributes.readNumbers(Int.self, "numbers")
        }
        expectFailure(.wrongContent, "holds strings, not numbers") {
          _ = try root.attributes.readNumbers(Int.self, "string")
        }
        expectFailure(.wrongContent, "holds floating-point numbers, not strings") {
          _ = try root.attributes.readStrings("numbers")
        }
      }
    }
  }
}
