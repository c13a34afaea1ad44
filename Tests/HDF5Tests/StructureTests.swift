import Foundation
import HDF5
import TestSupport
import Testing

extension HDF5Tests {
  @Suite struct Structure {
    @Test("children are listed by name with their kind, whatever the order of writing")
    func children() throws {
      try roundTrip {
        try $0.write([Float(1)], shape: [], to: "zebra")
        try $0.createGroup("runs/ä/deep")
        try $0.write([Float(1)], shape: [], to: "Alpha")
      } read: { (root) throws in
        let children = try root.children()
        #expect(children.map(\.name) == ["Alpha", "runs", "zebra"])
        #expect(children.map(\.kind) == [.dataset, .group, .dataset])
        #expect(try root.openGroup("runs").children().map(\.name) == ["ä"])
        #expect(try root.openGroup("runs").openGroup("ä").openGroup("deep").path == "/runs/ä/deep")
        #expect(try root.openGroup("runs/ä/deep").openDataset("/zebra").path == "/zebra")
        #expect(try root.openGroup("runs/ä/deep").children().isEmpty)
      }
    }

    @Test(
      "a name exists only if the whole path leads to something",
      arguments: [
        ("runs", true), ("runs/a", true), ("/runs/a", true), ("/", true), ("runs/b", false),
        ("nothing/at/all", false), ("data/below", false), ("", false),
      ])
    func exists(name: String, expected: Bool) throws {
      try roundTrip {
        try $0.createGroup("runs/a")
        try $0.write([Float(1)], shape: [], to: "data")
      } read: { (root) throws in
        #expect(try root.exists(name) == expected)
      }
    }

    @Test("a deleted name is free again")
    func delete() throws {
      try roundTrip {
        try $0.write([Float(1)], shape: [], to: "runs/a")
        try $0.delete("runs")
        #expect(try !$0.exists("runs/a"))
        try $0.write([Float(2)], shape: [], to: "runs/a")
      } read: { (root) throws in
        #expect(try root.openDataset("runs/a").read(Float.self, shape: []) == [2])
      }
    }

    @Test("a group is copied between files with all that it holds")
    func copy() throws {
      try withTemporaryFolder { folder in
        let source = try HDF5File.createInMemory(folder + "/source.h5")
        try source.root.write(
          [Float](repeating: 2, count: 100), shape: [100], to: "run/scores", storage: .compressed())
        try source.root.write(["a", "b"], to: "run/names")
        try source.root.openGroup("run").attributes.write("value", to: "name")
        let destination = try HDF5File.createInMemory(folder + "/destination.h5")
        try destination.root.copy("run", of: source.root, to: "runs/1")
        try source.close()
        let copy = try destination.root.openGroup("runs/1")
        #expect(try copy.openDataset("scores").read(Float.self).values == [Float](repeating: 2, count: 100))
        #expect(try copy.openDataset("names").readStrings().values == ["a", "b"])
        #expect(try copy.attributes.readString("name") == "value")
        try destination.close()
      }
    }

    @Test("dimension scales label the dimensions")
    func scales() throws {
      try roundTrip {
        let auroc = try $0.write([Double](repeating: 0.5, count: 6), shape: [2, 3], to: "auroc")
        let detector = try $0.write(["ganomaly", "pca"], to: "detector")
        let seed = try $0.write([1, 2, 3], shape: [3], to: "seed")
        try detector.makeDimensionScale(named: "detector")
        try seed.makeDimensionScale(named: "seed")
        try auroc.attachDimensionScales([detector, seed])
      } read: { (root) throws in
        #expect(try root.openDataset("auroc").dimensionLabels() == ["detector", "seed"])
        #expect(try root.openDataset("seed").dimensionLabels() == [""])
        #expect(try root.openDataset("seed").attributes.readString("CLASS") == "DIMENSION_SCALE")
      }
    }

    @Test("a scale of another length, or a dataset that is no scale, is refused by name")
    func wrongScales() throws {
      try roundTrip {
        let auroc = try $0.write([0.5, 0.5], shape: [2], to: "auroc")
        let three = try $0.write([1, 2, 3], shape: [3], to: "three")
        expectFailure(.wrongContent, "/three is not a dimension scale") {
          try auroc.attachDimensionScales([three])
        }
        try three.makeDimensionScale(named: "three")
        expectFailure(.wrongContent, "/three of shape [3] cannot name the 2 positions") {
          try auroc.attachDimensionScales([three])
        }
      } read: { _ in
      }
    }

    @Test("the same content gives the same bytes at another time")
    func deterministic() throws {
      try withTemporaryFolder { folder in
        func write(_ path: String) throws -> Data {
          try writeHDF5(path) { root in
            let values = (0..<10_000).map { Float($0).squareRoot() }
            let data = try root.write(values, shape: [100, 100], to: "a/data", storage: .compressed())
            try data.attributes.write(["x", "yy"], to: "names")
            let scale = try root.write((0..<100).map(String.init), to: "a/scale")
            try scale.makeDimensionScale(named: "scale")
            try data.attachDimensionScales([scale, scale])
            try root.createGroup("b").attributes.write(0.5, to: "number")
          }
          return try Data(contentsOf: URL(fileURLWithPath: path))
        }
        let first = try write(folder + "/first.h5")
        // HDF5 keeps time stamps in whole seconds.
        Thread.sleep(forTimeInterval: 1.1)
        #expect(try write(folder + "/second.h5") == first)
      }
    }

    @Test("a file composed in memory is on disk when saved, as a whole or not at all")
    func memory() throws {
      try withTemporaryFolder { folder in
        let path = folder + "/file.h5"
        let file = try HDF5File.createInMemory(path)
        let values = (0..<300_000).map(Double.init)
        try file.root.write(values, shape: [300_000], to: "a/data", storage: .compressed())
        #expect(!FileManager.default.fileExists(atPath: path))
        try file.save()
        expectFailure(.alreadyExists, "file.h5: cannot save: File exists") { try file.save() }
        try file.close()
        #expect(openObjectCount(of: path) == 0)
        #expect(try HDF5File.open(path).root.openDataset("a/data").read(Double.self).values == values)

        let sealed = try HDF5File.createInMemory(folder + "/sealed.h5")
        try sealed.root.write([1.5], shape: [1], to: "x")
        var image: [UInt8] = []
        try sealed.save(followedBy: { bytes in
          image = bytes
          return [1, 2, 3]
        })
        try sealed.close()
        #expect(try Array(Data(contentsOf: URL(fileURLWithPath: sealed.path))) == image + [1, 2, 3])
        #expect(try HDF5File.open(sealed.path).root.openDataset("x").read(Double.self).values == [1.5])

        let astray = try HDF5File.createInMemory(folder + "/absent/file.h5")
        expectFailure(.inputOutput, "/absent/file.h5: cannot save: No such file or directory") {
          try astray.save()
        }
      }
    }

    @Test("a file that tells of failures late is a file like any other when nothing fails")
    func tellingLate() throws {
      try withTemporaryFolder { folder in
        let path = folder + "/file.h5"
        let file = try HDF5File.createTellingLate(path)
        let values = (0..<300_000).map(Double.init)
        try file.root.write(values, shape: [300_000], to: "a/data", storage: .compressed())
        try file.root.write(["ä", "b"], to: "names").makeDimensionScale(named: "names")
        #expect(try file.root.openDataset("a/data").read(Double.self).values == values)
        expectFailure(.alreadyExists, "file.h5: cannot create: a file of this name exists") {
          _ = try HDF5File.createTellingLate(path)
        }
        try file.requireWritten()
        try file.finish()
        #expect(openObjectCount(of: path) == 0)
        let root = try HDF5File.open(path).root
        #expect(try root.openDataset("a/data").read(Double.self).values == values)
        #expect(try root.names() == ["a", "names"])

        expectFailure(.inputOutput, "/absent/file.h5: cannot create: No such file or directory") {
          _ = try HDF5File.createTellingLate(folder + "/absent/file.h5")
        }
      }
    }

    @Test("nothing stays open after closing, and what is still held then throws")
    func leaks() throws {
      try withTemporaryFolder { folder in
        let path = folder + "/file.h5"
        #expect(openObjectCount(of: path) == 0)
        let file = try HDF5File.createInMemory(path)
        let dataset = try file.root.write([1, 2], shape: [2], to: "group/data")
        try dataset.attributes.write("text", to: "name")
        _ = try? file.root.openDataset("absent")
        _ = try? dataset.readStrings()
        #expect(openObjectCount(of: path) == 3, "the file, its root and the dataset")
        try file.close()
        #expect(openObjectCount(of: path) == 0)
        expectFailure(.inputOutput, "the file was closed") { _ = try dataset.read(Int.self) }
        expectFailure(.inputOutput, "the file was closed") { try file.root.createGroup("b") }
        try file.close()
      }
    }

    @Test("a file that is let go without closing is closed, but not before its last dataset")
    func lifetimes() throws {
      try withTemporaryFolder { folder in
        let path = folder + "/file.h5"
        func create() throws -> HDF5Dataset {
          let file = try HDF5File.createInMemory(path)
          let dataset = try file.root.write([1, 2], shape: [2], to: "data")
          try file.save()
          return dataset
        }
        let written = try create().read(Int.self).values
        #expect(written == [1, 2])
        #expect(openObjectCount(of: path) == 0)
        let read = try HDF5File.open(path).root.openDataset("data").read(Int.self).values
        #expect(read == [1, 2])
      }
    }

    @Test("a closed file is not locked, though a child that is being started still has its descriptor")
    func lockAndChildren() throws {
      try withTemporaryFolder { folder in
        let path = folder + "/file.h5"
        try writeHDF5(path)
        let file = try HDF5File.open(path, .readWrite)
        let own = try #require(
          try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init).first {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path
          })
        #expect(fcntl(own, F_GETFD) & FD_CLOEXEC != 0, "the child's own program does not have it")
        let inherited = dup(own)
        defer { Glibc.close(inherited) }
        try file.close()
        try HDF5File.open(path, .readWrite).close()
      }
    }

    @Test("many threads may write at once")
    func threads() throws {
      try withTemporaryFolder { folder in
        DispatchQueue.concurrentPerform(iterations: 8) { index in
          do {
            try writeHDF5(folder + "/\(index).h5") { root in
              for name in 0..<20 {
                let dataset = try root.write([index, name], shape: [2], to: "a/\(name)")
                #expect(throws: HDF5Error.self) { try dataset.readStrings() }
                let read = try dataset.read(Int.self).values
                #expect(read == [index, name])
              }
            }
          } catch {
            Issue.record(error)
          }
        }
      }
    }
  }
}
