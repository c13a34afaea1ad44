import Diagnostics
import Images
import Settings
import TestSupport
import Testing

@testable import Datasets

struct SquareFitTests {
  private func settings(_ fit: SquareFit, channels: Int = 3, side: Int = 32) -> DatasetSettings {
    var settings = DatasetSettings()
    settings.side = side
    settings.name = .folder
    settings.folder = "parts"
    settings.channels = channels
    settings.fit = fit
    return settings
  }

  @Test(
    "padding and stretching give the pixels of Pillow's ImageOps.pad and Image.resize",
    arguments: ["wide", "tall"], [SquareFit.pad, .stretch])
  func pillow(name: String, fit: SquareFit) throws {
    let expected = try ExpectedImage.all(of: "\(name).\(fit.rawValue)")[0]
    let path = fixture("images/\(name).png")
    #expect(try ImageFile.load(path, as: settings(fit)) == expected.rgb)
    #expect(try ImageFile.load(path, as: settings(fit, channels: 1)) == expected.gray)
  }

  /// A gray PNG image, white at some pixels.
  private func image(height: Int, width: Int, white: [Int] = []) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: height * width)
    for pixel in white { bytes[pixel] = 255 }
    return ImageStore(shape: ImageShape(channels: 1, height: height, width: width), bytes: bytes).png(
      columns: 1)
  }

  @Test("an elongated image is padded to a line, and refused where resizing it would take too much memory")
  func elongated() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.png"
      try write(image(height: 1, width: 5000, white: Array(0..<5000)), to: path)
      let line = try ImageFile.load(path, as: settings(.pad, channels: 1))
      #expect(line.enumerated().allSatisfy { ($1 == 255) == ($0 / 32 == 16) })
      #expect(try ImageFile.load(path, as: settings(.stretch, channels: 1)).allSatisfy { $0 == 255 })
      try write(image(height: 500_000, width: 1), to: path)
      for fit in [SquareFit.crop, .stretch] {
        expectProblem(.badData, at: path, "too elongated to \(fit.rawValue) to a square") {
          () throws(Problem) in
          _ = try ImageFile.load(path, as: settings(fit, side: 256))
        }
      }
      #expect(try ImageFile.load(path, as: settings(.pad, side: 256)).count == 3 * 256 * 256)
    }
  }

  @Test("masks are fitted as their images are, and thin regions stay", arguments: SquareFit.allCases)
  func masks(fit: SquareFit) throws {
    try withTemporaryFolder { folder in
      for path in ["train/good/0", "test/good/0", "test/dent/0"] {
        try write(image(height: 64, width: 128), to: "\(folder)/parts/\(path).png")
      }
      // The left half; and one pixel in the middle, which disappears when the image shrinks.
      let half = (0..<64 * 128).filter { $0 % 128 < 64 }
      for (white, expected) in [
        (half, [.crop: 512, .pad: 256, .stretch: 512]),
        ([32 * 128 + 64], [.crop: 1, .pad: 1, .stretch: 1]),
      ] as [([Int], [SquareFit: Int])] {
        try write(
          image(height: 64, width: 128, white: white), to: "\(folder)/parts/ground_truth/dent/0.png")
        let dataset = try Dataset.load(settings(fit, channels: 1), from: only(folder))
        let labels = try #require(dataset.masks).suffix(1024)
        #expect(labels.reduce(0) { $0 + Int($1) } == expected[fit])
        if white.count == 1 {
          #expect(labels.firstIndex(of: 1).map { $0 - labels.startIndex } == 16 * 32 + 16)
        }
      }
    }
  }
}
