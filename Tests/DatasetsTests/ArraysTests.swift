import Diagnostics
import Foundation
import Images
import Settings
import TestSupport
import Testing

@testable import Datasets

struct ArraysTests {
  private static let (count, height, width) = (5, 6, 4)

  /// The images of make_arrays.py, channel by channel.
  private static func images(channels: Int) -> [UInt8] {
    (0..<count).flatMap { image -> [UInt8] in
      (0..<channels).flatMap { channel -> [UInt8] in
        (0..<height * width).map { pixel in
          let (row, column) = (pixel / width, pixel % width)
          return UInt8(40 * image + 3 * row + 5 * column + 7 * channel)
        }
      }
    }
  }

  private static func resized(_ bytes: [UInt8], channels: Int) -> [UInt8] {
    BilinearResize(
      from: ImageShape(channels: channels, height: height, width: width), height: 32, width: 32
    ).planar(bytes)
  }

  // MARK: - Images

  @Test(
    "gray images are the same in every type, byte order, version, layout and file format",
    arguments: [
      "uint8.npy", "uint16.npy", "uint16-big.npy", "float32.npy", "float64.npy", "float64-big.npy",
      "last1.npy",
      "first1.npy", "version2.npy", "version3.npy", "normals.npz", "medmnist.npz", "keras.npz", "bytes.npz",
      "negative.npz", "parts.h5", "wide.h5",
    ])
  func gray(file: String) throws {
    let dataset = try loadArrays(file)
    #expect(dataset.images.shape == ImageShape(channels: 1, height: 32, width: 32))
    #expect(dataset.images.bytes == Self.resized(Self.images(channels: 1), channels: 1))
  }

  @Test(
    "RGB images are the same with the channels last and first, and in every file format",
    arguments: ["last3.npy", "first3.npy", "named.npz", "images.h5"])
  func rgb(file: String) throws {
    let dataset = try loadArrays(file, channels: 3)
    #expect(dataset.images.bytes == Self.resized(Self.images(channels: 3), channels: 3))
  }

  @Test("bool images are black and white")
  func bool() throws {
    let expected = Self.images(channels: 1).map { $0 % 2 == 1 ? UInt8(255) : 0 }
    #expect(try loadArrays("bool.npy").images.bytes == Self.resized(expected, channels: 1))
  }

  @Test("gray images repeat their plane for three channels; RGB images are not reduced to gray")
  func channels() throws {
    let gray = try loadArrays("uint8.npy").images
    #expect(try loadArrays("uint8.npy", channels: 3).images == gray.repeatingPlane(channels: 3))
    expectProblem(.usage, at: "last3", "write `channels: 3` in dataset") { () throws(Problem) in
      _ = try loadArrays("last3.npy")
    }
  }

  /// One image of 256×256, not resized.
  private static func bytes(_ type: String, _ values: [UInt8]) throws -> [UInt8] {
    let file = try NPYFile(npy(type, [1, 256, 256], values), from: "a")
    let array = StoredArray(place: "a", element: file.element, shape: file.shape) { rows throws(Problem) in
      try file.values(rows, at: "a")
    }
    let images = try ArrayImages(array)
    return try images.resized(by: BilinearResize(from: images.shape, height: 256, width: 256))
  }

  @Test("every value of 16 bits becomes the nearest of 8 bits")
  func words() throws {
    let bytes = try Self.bytes("<u2", (0..<65536).flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })
    #expect(bytes.indices.allSatisfy { abs(257 * Int(bytes[$0]) - $0) <= 128 })
  }

  @Test("floats that are bytes divided by 255 become these bytes")
  func floats() throws {
    let values = (0..<65536).flatMap { index in
      let bits = (Float(index & 0xff) / 255).bitPattern
      return (0..<4).map { UInt8(bits >> (8 * $0) & 0xff) }
    }
    #expect(try Self.bytes("<f4", values) == (0..<65536).map { UInt8($0 & 0xff) })
  }

  // MARK: - Parts and classes

  @Test(
    "official parts are kept, with the validation part at the end of the train part",
    arguments: ["medmnist.npz", "keras.npz", "parts.h5"])
  func parts(file: String) throws {
    let dataset = try loadArrays(file)
    #expect(dataset.officialTrainCount == 3)
    #expect(dataset.classNames == ["0", "1", "2"])
    #expect(dataset.labels == [1, 0, 2, 1, 0])
    let split = try Split.make(dataset, .official, classes: [1], seed: 0)
    #expect(split.train == [1, 2] && split.test == [4, 0, 3])
    let other = try loadArrays("keras.npz")
    #expect(dataset.fingerprint == other.fingerprint)
  }

  @Test("without parts, the official split is refused")
  func noParts() throws {
    let dataset = try loadArrays("named.npz", channels: 3)
    #expect(dataset.officialTrainCount == nil)
    expectProblem(.usage, at: "named", "has no official train and test part") { () throws(Problem) in
      _ = try Split.make(dataset, .official, classes: [1], seed: 0)
    }
  }

  @Test("classes have the given names, or those of their labels in numerical order")
  func classes() throws {
    for file in ["named.npz", "images.h5"] {
      let dataset = try loadArrays(file, channels: 3)
      #expect(dataset.classNames == ["a", "β", "c d"] && dataset.labels == [1, 0, 2, 1, 0])
    }
    for file in ["bytes.npz", "wide.h5"] {
      let dataset = try loadArrays(file)
      #expect(dataset.classNames == ["no", "yes"] && dataset.labels == [1, 0, 0, 1, 0])
    }
    let negative = try loadArrays("negative.npz")
    #expect(negative.classNames == ["-11", "-1", "9"] && negative.labels == [1, 0, 2, 1, 0])
    for file in ["normals.npz", "uint8.npy"] {
      let dataset = try loadArrays(file)
      #expect(dataset.classNames == ["normal"] && dataset.labels == [0, 0, 0, 0, 0])
    }
  }

  // MARK: - Finding

  @Test("a file of arrays lies below the data folder", arguments: ["", "..", "a/../b.npz", "/etc/x", "a//b"])
  func place(name: String) {
    expectProblem(.usage, at: "dataset", "is not a file below the data folder") { () throws(Problem) in
      _ = try loadArrays(name)
    }
  }

  @Test("a file of arrays is found in any data folder, listed, and cached by its stamp")
  func finding() throws {
    let image = npy("|u1", [1, 2, 2], [1, 2, 3, 4])
    try withTemporaryFolder { folder in
      writeArchive([("x.npy", image)], to: "\(folder)/cells.v2.npz", .zip, stored: true)
      try write(image, to: "\(folder)/text.txt")
      try write([1, 2, 3], to: "\(folder)/other.h5")
      var settings = DatasetSettings()
      settings.name = .arrays
      settings.file = "cells.v2.npz"
      #expect(settings.title == "cells.v2" && settings.description == "cells.v2")
      let search = DataSearchPath(
        candidates: [.init("\(folder)/none", .environment), .init(folder, .currentFolder)])
      let location = try search.locate(settings)
      #expect(location.form == .arrays("\(folder)/cells.v2.npz"))
      #expect(try location.files(settings.layout) == ["\(folder)/cells.v2.npz"])
      let listed = search.inventory().filter { $0.dataset == .arrays }
      #expect(listed.map(\.title) == ["cells.v2.npz"])
      #expect(listed.map(\.state) == [.found("\(folder)/cells.v2.npz")])
      let cache = FingerprintCache(folder: "\(folder)/cache", restTime: .zero)
      let first = try Dataset.load(settings, from: search, cache: cache)
      #expect(try Dataset.load(settings, from: search, cache: cache).fingerprint == first.fingerprint)
      #expect(try cache.verify(.arrays, in: search).map(\.isRight) == [true])
      settings.file = "none.npz"
      expectProblem(.missingInput, at: "none.npz", "\(folder)/none/none.npz, \(folder)/none.npz") {
        () throws(Problem) in _ = try search.locate(settings)
      }
    }
  }
}
