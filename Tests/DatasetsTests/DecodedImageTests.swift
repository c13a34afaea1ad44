import Diagnostics
import Foundation
import Testing

@testable import Datasets

/// PNG and JPEG files that Pillow 13.0.0 wrote, beside what it reads from them.
struct DecodedImageTests {
  private func bytes(_ name: String) throws -> [UInt8] { try FileBytes.read(fixture("images/\(name)")) }

  @Test(
    "a PNG image gives Pillow's pixels",
    arguments: [
      "gray.png", "rgb.png", "rgba.png", "gray-alpha.png", "palette.png", "palette-transparent.png",
      "one-bit.png",
      "gamma.png", "gray16.png",
    ])
  func png(name: String) throws {
    let image = try DecodedImage(bytes(name), from: name)
    #expect(try ExpectedImage.all(of: name)[0].largestDifference(from: image) == 0)
  }

  @Test(
    "a JPEG image gives Pillow's pixels within two levels",
    arguments: ["baseline.jpg", "progressive.jpg", "full-chroma.jpg", "gray.jpg"])
  func jpeg(name: String) throws {
    let image = try DecodedImage(bytes(name), from: name)
    #expect(try ExpectedImage.all(of: name)[0].largestDifference(from: image) <= 2)
  }

  @Test("a JPEG image in CMYK is refused")
  func cmyk() throws {
    let bytes = try bytes("cmyk.jpg")
    expectProblem(.badData, at: "a.jpg", "is in CMYK colors (convert it to RGB)") { () throws(Problem) in
      _ = try DecodedImage(bytes, from: "a.jpg")
    }
  }

  @Test(
    "an image file cut off anywhere is refused by name",
    arguments: [
      "gray.png", "rgb.png", "palette-transparent.png", "gray16.png", "baseline.jpg", "progressive.jpg",
      "gray.jpg",
    ])
  func cutOff(name: String) throws {
    let whole = try bytes(name)
    for length in whole.indices {
      expectProblem(.badData, at: "a") { () throws(Problem) in
        _ = try DecodedImage(Array(whole[..<length]), from: "a")
      }
    }
  }

  @Test("an image file with one changed byte is refused by name or read, in its size or another")
  func changedBytes() throws {
    for name in ["rgb.png", "palette.png", "baseline.jpg", "progressive.jpg"] {
      let whole = try bytes(name)
      for position in whole.indices {
        for change in [0x01, 0x80, 0xff] as [UInt8] {
          var changed = whole
          changed[position] ^= change
          // A changed size of a JPEG image may be a large one, which only costs time.
          if name.hasSuffix("jpg"), isSize(whole, position) { continue }
          let found = problem { () throws(Problem) in _ = try DecodedImage(changed, from: "a") }
          if let found { #expect((found.kind, found.place) == (.badData, "a")) }
        }
      }
    }
  }

  /// Whether a byte belongs to the height or width in the frame header (SOF0 or SOF2) of a JPEG image.
  private func isSize(_ bytes: [UInt8], _ position: Int) -> Bool {
    bytes.indices.dropLast(9).contains { start in
      bytes[start] == 0xff && [0xc0, 0xc2].contains(bytes[start + 1])
        && (start + 5..<start + 9).contains(position)
    }
  }

  @Test(
    "what is no image is refused",
    arguments: [
      ([], "is empty"), ([1, 2, 3], "is not a PNG, JPEG, BMP, TIFF or WebP image"),
      (Array("GIF89a".utf8), "is a GIF image; PNG, JPEG, BMP, TIFF and WebP images are read"),
      ([0xff, 0xd8, 0xff], "cut off after 3 bytes"),
      (PNGFile.signature, "is cut off after 8 bytes"),
      (Array("II*\0".utf8), "the TIFF image cannot be decoded"),
      (Array("BM".utf8) + [UInt8](repeating: 0, count: 12), "the BMP image is cut off after 14 bytes"),
      (Array("RIFF\0\0\0\0WEBP".utf8), "the WebP image cannot be decoded"),
    ] as [([UInt8], String)])
  func noImage(bytes: [UInt8], words: String) {
    expectProblem(.badData, at: "a.png", words) { () throws(Problem) in
      _ = try DecodedImage(bytes, from: "a.png")
    }
  }

  @Test("absurd sizes are refused before anything is decoded")
  func absurdSizes() throws {
    var png = try bytes("rgb.png")
    png.replaceSubrange(16..<24, with: bigEndian([0x7fff_ffff, 0x7fff_ffff]))
    var jpeg = try bytes("baseline.jpg")
    let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xff && jpeg[$0 + 1] == 0xc0 })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xf0, 0, 0xf0, 0])
    for bytes in [png, jpeg] {
      expectProblem(.badData, at: "a", "the limit is 100 million") { () throws(Problem) in
        _ = try DecodedImage(bytes, from: "a")
      }
    }
  }
}
