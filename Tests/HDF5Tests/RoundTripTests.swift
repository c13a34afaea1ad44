import Foundation
import HDF5
import TestSupport
import Testing

/// Typed, throwing HDF5.
@Suite struct HDF5Tests {}

/// Writes into a new file, closes it, and reads it again.
func roundTrip(write: (HDF5Group) throws -> Void, read: (HDF5Group) throws -> Void) throws {
  try withTemporaryFolder { folder in
    let path = folder + "/file.h5"
    try writeHDF5(path, write)
    let file = try HDF5File.open(path)
    try read(file.root)
    try file.close()
  }
}

extension HDF5Tests {
  @Suite struct RoundTrips {
    private func holds<Number: HDF5Number & Equatable>(_ values: [Number], shape: [Int]) throws {
      for storage in [
        HDF5Storage.contiguous, .compressed(), .compressed(level: 1, chunk: shape.map { max(1, $0 / 2) }),
      ] {
        try roundTrip {
          try $0.write(values, shape: shape, to: "a/b", storage: storage)
        } read: { (root) throws in
          let read = try root.openDataset("a/b").read(Number.self)
          #expect(read.values == values)
          #expect(read.shape == shape)
        }
      }
    }

    @Test("every type of number comes back as it was written, contiguous or compressed")
    func numbers() throws {
      try holds(
        [Float](arrayLiteral: 0, -1.5, .greatestFiniteMagnitude, .infinity, .leastNonzeroMagnitude, 3),
        shape: [2, 3])
      try holds([0, -1.5, Double.pi, -.infinity], shape: [4])
      try holds([Int64.min, -1, 0, .max], shape: [2, 1, 2])
      try holds([Int32.min, 0, .max], shape: [3])
      try holds([UInt8](0...255), shape: [16, 16])
      try holds([Int8.min, 0, .max], shape: [1, 3])
      try holds([Int.min, Int.max], shape: [2])
    }

    @Test("an empty dimension keeps the other extents", arguments: [[0], [0, 3], [2, 0, 4]])
    func empty(shape: [Int]) throws { try holds([Double](), shape: shape) }

    @Test("a scalar has an empty shape")
    func scalars() throws {
      try roundTrip {
        try $0.write([Float(0.1)], shape: [], to: "float")
        try $0.write([Int64(-7)], shape: [], to: "integer")
        try $0.write("größer als 日本 🙂", to: "text")
      } read: { (root) throws in
        #expect(try root.openDataset("float").shape() == [])
        #expect(try root.openDataset("float").read(Float.self).values == [0.1])
        #expect(try root.openDataset("integer").read(Int64.self, shape: []) == [-7])
        #expect(try root.openDataset("text").readString() == "größer als 日本 🙂")
      }
    }

    @Test("strings come back as they were written: empty, long, and of any script")
    func strings() throws {
      let strings = ["", "ascii", "zéro", "日本語", "🙂", String(repeating: "ab", count: 100_000), " padded "]
      try roundTrip {
        try $0.write(strings, to: "strings")
        try $0.write([String](), to: "none")
      } read: { (root) throws in
        let read = try root.openDataset("strings").readStrings()
        #expect(read.values == strings)
        #expect(read.shape == [strings.count])
        #expect(try root.openDataset("none").readStrings().values == [])
      }
    }

    @Test("a million compressible numbers come back from a file that is much smaller")
    func large() throws {
      let values = (0..<1_000_000).map { Float($0 % 1000) }
      try withTemporaryFolder { folder in
        let path = folder + "/large.h5"
        try writeHDF5(path) {
          try $0.write(values, shape: [1000, 1000], to: "values", storage: .compressed())
        }
        let read = try HDF5File.open(path).root.openDataset("values").read(Float.self, shape: [1000, 1000])
        #expect(read == values)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect(try #require(size) < 400_000)
      }
    }

    @Test("HDF5 converts between types where every value fits")
    func conversion() throws {
      try roundTrip {
        try $0.write([1, 2, 250] as [Double], shape: [3], to: "doubles")
        try $0.write([1e300, 0.1, .nan], shape: [3], to: "wide")
      } read: { (root) throws in
        #expect(try root.openDataset("doubles").read(UInt8.self).values == [1, 2, 250])
        #expect(try root.openDataset("doubles").read(Float.self).values == [1, 2, 250])
        let narrow = try root.openDataset("wide").read(Float.self).values
        #expect(narrow[0] == .infinity && narrow[1] == 0.1 && narrow[2].isNaN)
      }
    }

    @Test("rows are read by themselves")
    func rows() throws {
      try roundTrip {
        let values: [Double] = [1, 2, 3, 4, 5, 6, 7, 8]
        try $0.write(values, shape: [4, 2], to: "rows", storage: .compressed())
      } read: { (root) throws in
        let dataset = try root.openDataset("rows")
        let part = try dataset.read(Double.self, rows: 2..<4)
        #expect(part.values == [5, 6, 7, 8])
        #expect(part.shape == [2, 2])
        #expect(try dataset.read(Double.self, rows: 4..<4).values == [])
      }
    }

    @Test("attributes of every kind come back, on the root, a group and a dataset, and are replaced")
    func attributes() throws {
      func holders(_ root: HDF5Group) throws -> [HDF5Attributes] {
        [root.attributes, try root.openGroup("group").attributes, try root.openDataset("data").attributes]
      }
      try roundTrip { root in
        try root.createGroup("group")
        try root.write([Float(0)], shape: [], to: "data")
        for attributes in try holders(root) {
          try attributes.write("old", to: "text")
          try attributes.write("日本", to: "text")
          try attributes.write(Int64.min, to: "integer")
          try attributes.write(0.1, to: "number")
          try attributes.write(["a", "ß", ""], to: "texts")
          try attributes.write([0.5, -.infinity], to: "numbers")
          try attributes.write([Double](), to: "none")
        }
      } read: { root in
        for attributes in try holders(root) {
          #expect(try attributes.names() == ["integer", "none", "number", "numbers", "text", "texts"])
          #expect(try attributes.readString("text") == "日本")
          #expect(try attributes.readNumber(Int64.self, "integer") == .min)
          #expect(try attributes.readNumber(Double.self, "number") == 0.1)
          #expect(try attributes.readStrings("texts") == ["a", "ß", ""])
          #expect(try attributes.readNumbers(Double.self, "numbers") == [0.5, -.infinity])
          #expect(try attributes.readNumbers(Double.self, "none") == [])
          #expect(try attributes.exists("text") && !attributes.exists("gone"))
        }
      }
    }
  }
}
