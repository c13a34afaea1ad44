import Diagnostics
import Testing

@testable import Datasets

/// BMP, TIFF and WebP files, and 16-bit samples, beside what Pillow 12.3 reads from them (`Fixtures/images/generate.py`).
struct ImageFormatTests {
  private static let bmpFiles = [
    "one-bit", "four-bits", "palette", "palette-gap", "core", "gray", "rgb", "top-down", "rgbx", "rgba",
    "555",
    "565",
  ].map { "\($0).bmp" }

  private static let tiffFiles = [
    "gray", "rgb-lzw", "rgb-deflate", "rgb-packbits", "one-bit", "white-is-zero", "four-bits",
    "rgb-big-endian", "rgb-tiles", "rgb-planes", "palette", "palette-256", "rgba", "rgb-unspecified",
    "premultiplied", "gray-alpha", "gray-alpha-tiles",
  ].map { "\($0).tif" }

  private static let webPFiles = ["rgb", "rgba"].map { "\($0).webp" }

  private static let lossyFiles = ["lossy.webp", "lossy-alpha.webp", "jpeg.tif"]

  private static let deepFiles =
    ["gray16", "gray16-big-endian", "gray16-white-is-zero", "gray16-tiles", "rgb16"].map { "\($0).tif" } + [
      "gray16-limits.png"
    ]

  private func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read(fixture("images/\(name)")) }

  private func difference(_ name: String) throws -> Int {
    try ExpectedImage.all(of: name)[0].largestDifference(from: DecodedImage(bytes(name), from: name))
  }

  @Test(
    "a BMP, TIFF or WebP image without loss gives Pillow's pixels",
    arguments: bmpFiles + tiffFiles + webPFiles)
  func lossless(name: String) throws {
    #expect(try difference(name) == 0)
  }

  @Test("a lossy WebP or TIFF image gives Pillow's pixels within two levels", arguments: lossyFiles)
  func lossy(name: String) throws {
    #expect(try difference(name) <= 2)
  }

  @Test("16-bit samples are rounded to the nearest byte", arguments: deepFiles)
  func rounded(name: String) throws {
    #expect(try difference(name) == 0)
  }

  @Test(
    "a file cut off anywhere is refused by name",
    arguments: bmpFiles + tiffFiles + webPFiles + lossyFiles + deepFiles)
  func cutOff(name: String) throws {
    let whole = try bytes(name)
    // The end of this one only says that no further page follows.
    let needed = name == "one-bit.tif" ? whole.count - 4 : whole.count
    for length in 0..<needed {
      expectProblem(.badData, at: "a") { () throws(Problem) in
        _ = try DecodedImage(Array(whole[..<length]), from: "a")
      }
    }
  }

  @Test(
    "a file with one changed byte is refused by name or read",
    arguments: [
      "palette.bmp", "565.bmp", "rgb-lzw.tif", "gray16.tif", "premultiplied.tif", "rgb.webp", "lossy.webp",
    ])
  func changedBytes(name: String) throws {
    let whole = try bytes(name)
    for position in whole.indices {
      for change in [0x01, 0x80, 0xff] as [UInt8] {
        var changed = whole
        changed[position] ^= change
        let found = problem { () throws(Problem) in _ = try DecodedImage(changed, from: "a") }
        if let found { #expect((found.kind, found.place) == (.badData, "a")) }
      }
    }
  }

  @Test(
    "what is not read is refused by what it is",
    arguments: [
      ("cmyk.tif", "is in CMYK colors (convert it to RGB)"), ("pages.tif", "has several pages"),
      ("preview.tif", "is only a preview"), ("float.tif", "samples that are not unsigned integers"),
      ("signed.tif", "samples that are not unsigned integers"), ("animated.webp", "is animated"),
    ])
  func refused(name: String, words: String) throws {
    let bytes = try bytes(name)
    expectProblem(.badData, at: "a", words) { () throws(Problem) in _ = try DecodedImage(bytes, from: "a") }
  }

  /// A fixture with some bytes replaced.
  struct Change: Sendable, CustomTestStringConvertible {
    var name: String
    var position: Int
    var bytes: [UInt8]
    var words: String

    var testDescription: String { "\(name): \(words)" }
  }

  @Test(
    "a hostile header is refused before anything is decoded",
    arguments: [
      Change(name: "rgb.bmp", position: 18, bytes: [255, 255, 255, 127], words: "the limit is 100 million"),
      Change(name: "rgb.bmp", position: 18, bytes: [0, 0, 0, 0], words: "9×0 pixels"),
      Change(name: "rgb.bmp", position: 22, bytes: [0, 0, 0, 0x80], words: "the limit is 100 million"),
      Change(name: "rgb.bmp", position: 10, bytes: [255, 255, 255, 255], words: "is cut off"),
      Change(name: "rgb.bmp", position: 10, bytes: [20, 0, 0, 0], words: "begin within its header"),
      Change(name: "rgb.bmp", position: 14, bytes: [41, 0, 0, 0], words: "an unknown header of 41 bytes"),
      Change(name: "rgb.bmp", position: 28, bytes: [5, 0], words: "has 5 bits per pixel"),
      Change(name: "gray.bmp", position: 30, bytes: [1, 0, 0, 0], words: "is run-length encoded"),
      Change(name: "rgb.bmp", position: 30, bytes: [5, 0, 0, 0], words: "is compressed by method 5"),
      Change(name: "565.bmp", position: 54, bytes: [0, 0, 0, 0], words: "has unknown channel masks"),
      Change(
        name: "gray16.tif", position: 18, bytes: [255, 255, 255, 127], words: "the limit is 100 million"),
    ])
  func hostile(change: Change) throws {
    var bytes = try bytes(change.name)
    bytes.replaceSubrange(change.position..<change.position + change.bytes.count, with: change.bytes)
    expectProblem(.badData, at: "a", change.words) { () throws(Problem) in
      _ = try DecodedImage(bytes, from: "a")
    }
  }

  @Test("a TIFF image that calls itself a page, but is the only one, is read")
  func onlyPage() throws {
    var bytes = try bytes("preview.tif")
    // The value of the first tag, NewSubfileType.
    bytes[18] = 2
    #expect(try DecodedImage(bytes, from: "a").rgb == DecodedImage(self.bytes("rgb.bmp"), from: "b").rgb)
  }

  @Test("a TIFF image compressed by JBIG, whose library may abort, is refused")
  func rareCompression() throws {
    var bytes = try bytes("rgb-tiles.tif")
    let entry = try #require(bytes.indices.first { bytes[$0...].starts(with: [3, 1, 3, 0, 1, 0, 0, 0]) })
    bytes.replaceSubrange(entry + 8..<entry + 10, with: [0x65, 0x87])
    expectProblem(.badData, at: "a", "is compressed by method 34661") { () throws(Problem) in
      _ = try DecodedImage(bytes, from: "a")
    }
  }

  @Test("palette entries that a BMP image lacks are black")
  func missingColors() throws {
    var bytes = try bytes("palette.bmp")
    // The top row is the last, of 13 bytes and 3 of padding.
    bytes[bytes.count - 16] = 255
    #expect(try DecodedImage(bytes, from: "a").rgb.prefix(3) == [0, 0, 0])
  }
}
