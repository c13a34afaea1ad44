import Diagnostics
import Foundation
import Images
import Settings
import TestSupport
import Testing

@testable import Datasets

struct OrientationTests {
  private static let formats = ["png", "jpg", "tif", "webp"]

  /// The image file with another value of its orientation tag, which stands in a directory entry of either byte order.
  /// In a PNG image, the chunk's checksum then is wrong, which is not checked.
  private static func file(_ format: String, orientation value: UInt8) throws -> [UInt8] {
    var bytes = try FileBytes.read(fixture("images/orientation.\(format)"))
    for (entry, place) in [([0x12, 1, 3, 0, 1, 0, 0, 0], 8), ([1, 0x12, 0, 3, 0, 0, 0, 1], 9)]
      as [([UInt8], Int)]
    {
      for start in bytes.indices where bytes[start...].starts(with: entry) { bytes[start + place] = value }
    }
    return bytes
  }

  @Test("each orientation of each format is turned as Pillow's exif_transpose does", arguments: formats)
  func turned(format: String) throws {
    let expected = try ExpectedImage.all(of: "orientation.\(format)")
    #expect(expected.count == 8)
    for (value, expected) in zip(1..., expected) {
      let bytes = try Self.file(format, orientation: UInt8(value))
      let orientation = try Orientation(of: bytes, from: "a")
      #expect(orientation.rawValue == value)
      let image = try DecodedImage(bytes, from: "a").turned(orientation)
      #expect(expected.largestDifference(from: image) <= (format == "jpg" ? 2 : 0), "\(value)")
    }
  }

  @Test("an invalid value counts as 1", arguments: formats)
  func invalid(format: String) throws {
    for value in [0, 9, 255] as [UInt8] {
      #expect(try Orientation(of: Self.file(format, orientation: value), from: "a") == .topLeft)
    }
  }

  @Test(
    "files without a tag are upright",
    arguments: ["rgb.png", "baseline.jpg", "gray.tif", "rgb.webp", "rgb.bmp"])
  func absent(name: String) throws {
    #expect(try Orientation(of: FileBytes.read(fixture("images/\(name)")), from: name) == .topLeft)
  }

  @Test("a damaged EXIF block counts as none, or gives one of the eight")
  func damaged() throws {
    let whole = try Self.file("jpg", orientation: 6)
    let block = try #require(JPEGFile.exif(in: whole))
    let jpeg = try FileBytes.read(fixture("images/baseline.jpg"))
    for length in block.indices {
      let content = Array("Exif\0\0".utf8) + block[..<length]
      let size = content.count + 2
      var bytes = jpeg
      bytes.insert(contentsOf: [0xff, 0xe1, UInt8(size >> 8), UInt8(size & 0xff)] + content, at: 2)
      #expect([.topLeft, .rightTop].contains(try Orientation(of: bytes, from: "a")))
    }
    let start = try #require(whole.indices.first { whole[$0...].starts(with: block) })
    for position in block.indices {
      var bytes = whole
      bytes[start + position] ^= 0xff
      #expect(Orientation.allCases.contains(try Orientation(of: bytes, from: "a")))
    }
  }

  @Test("turning there and back gives the stored pixels", arguments: Orientation.allCases)
  func inverse(orientation: Orientation) throws {
    let image = try DecodedImage(FileBytes.read(fixture("images/rgb.png")), from: "a")
    // Quarter turns undo each other; all others undo themselves.
    let inverse: Orientation =
      orientation == .rightTop ? .leftBottom : orientation == .leftBottom ? .rightTop : orientation
    let back = image.turned(orientation).turned(inverse)
    #expect((back.height, back.width) == (image.height, image.width))
    #expect(back.rgb == image.rgb)
  }

  private func settings(_ orientation: ImageOrientation) -> DatasetSettings {
    var settings = DatasetSettings()
    settings.name = .folder
    settings.folder = "parts"
    settings.channels = 1
    settings.orientation = orientation
    return settings
  }

  @Test("images keep the order of the file unless the settings ask for the tag", arguments: formats)
  func asked(format: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.\(format)"
      try write(Self.file(format, orientation: 3), to: path)
      let stored = try ImageFile.load(path, as: settings(.stored))
      let upright = try ImageFile.load(path, as: settings(.exif))
      #expect(stored != upright)
      // Half a turn reverses all pixels; what a crop of even margins loses at one side, it loses at the other.
      #expect(upright == stored.reversed())
    }
  }

  /// A gray PNG image, white at one pixel.
  private func mask(height: Int, width: Int, white: (row: Int, column: Int)) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: height * width)
    bytes[white.row * width + white.column] = 255
    return ImageStore(shape: ImageShape(channels: 1, height: height, width: width), bytes: bytes).png(
      columns: 1)
  }

  @Test("a mask of the stored size is turned with its image, one of the upright size is taken as it is")
  func masks() throws {
    try withTemporaryFolder { folder in
      // 2×3 pixels, stored with the upright image's first column as their last row.
      let image = try Self.file("png", orientation: 6)
      for path in ["train/good/0", "test/good/0", "test/dent/0"] {
        try write(image, to: "\(folder)/parts/\(path).png")
      }
      func labels(_ mask: [UInt8], _ orientation: ImageOrientation) throws -> ArraySlice<UInt8>? {
        try write(mask, to: "\(folder)/parts/ground_truth/dent/0.png")
        return try Dataset.load(settings(orientation), from: only(folder)).masks?.suffix(1024)
      }
      // Stored row 1, column 1 is upright row 1, column 0.
      let stored = mask(height: 2, width: 3, white: (1, 1))
      let upright = mask(height: 3, width: 2, white: (1, 0))
      let turned = try labels(stored, .exif)
      #expect(turned?.contains(1) == true)
      #expect(try labels(upright, .exif) == turned)
      #expect(try labels(stored, .stored) != turned)
      expectProblem(.badData, "the mask has 3×2 pixels, its image 2×3") { _ = try labels(upright, .stored) }
      expectProblem(.badData, "the mask has 4×3 pixels") {
        _ = try labels(mask(height: 4, width: 3, white: (0, 0)), .exif)
      }
      // Half a turn leaves the size: such a mask is upright.
      for path in ["train/good/0", "test/good/0", "test/dent/0"] {
        try write(Self.file("png", orientation: 3), to: "\(folder)/parts/\(path).png")
      }
      #expect(try labels(stored, .exif) == labels(stored, .stored))
    }
  }
}
