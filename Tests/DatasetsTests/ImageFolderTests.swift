import Diagnostics
import Foundation
import Images
import Settings
import TestSupport
import Testing

@testable import Datasets

struct ImageFolderTests {
  private let png: [UInt8]
  private let jpeg: [UInt8]

  init() throws {
    png = try FileBytes.read(fixture("images/rgb.png"))
    jpeg = try FileBytes.read(fixture("images/baseline.jpg"))
  }

  private func settings(channels: Int = 3, skipping: Bool = false) -> DatasetSettings {
    var settings = DatasetSettings()
    settings.name = .folder
    settings.folder = "parts"
    settings.channels = channels
    settings.skipUnreadable = skipping
    return settings
  }

  /// Two training normals, a test normal, and two kinds of anomaly.
  private func layOut(_ folder: String, normal: String = "normal") throws {
    try write(png, to: "\(folder)/parts/train/\(normal)/b.png")
    try write(jpeg, to: "\(folder)/parts/train/\(normal)/B.png")
    try write(png, to: "\(folder)/parts/test/\(normal)/1.png")
    try write(jpeg, to: "\(folder)/parts/test/scratch/1.jpg")
    try write(png, to: "\(folder)/parts/test/dent/deep/2")
    try write([0], to: "\(folder)/parts/test/dent/.hidden")
  }

  @Test("classes and files come in the order of their bytes, recognized by their content", arguments: [1, 3])
  func order(channels: Int) throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let dataset = try Dataset.load(settings(channels: channels), from: only(folder))
      #expect(dataset.title == "parts")
      #expect(dataset.classNames == ["normal", "dent", "scratch"])
      #expect(dataset.labels == [0, 0, 0, 1, 2])
      #expect(dataset.officialTrainCount == 2)
      #expect(dataset.anomalyClasses == [1, 2])
      #expect(dataset.skippedFiles.isEmpty)
      #expect(dataset.images.shape == ImageShape(channels: channels, height: 32, width: 32))
      #expect(dataset.images[0] == dataset.images[4], "B comes before b")
      #expect(dataset.images[1] == dataset.images[2])
      #expect(dataset.images[0] != dataset.images[1])
      #expect(dataset.repeatedTestImages == 3, "all three stand in the train part too")
    }
  }

  @Test("a test image is counted as repeated where a training image has the same pixels, whatever its file")
  func repeated() throws {
    try withTemporaryFolder { folder in
      try write(png, to: "\(folder)/parts/train/normal/0.png")
      try write(jpeg, to: "\(folder)/parts/test/normal/0.jpg")
      try write(png, to: "\(folder)/parts/test/dent/0.png")
      try write(try FileBytes.read(fixture("images/gray.png")), to: "\(folder)/parts/test/dent/1.png")
      let dataset = try Dataset.load(settings(), from: only(folder))
      #expect(dataset.repeatedTestImages == 1)
      #expect(dataset.deviation == nil, "nothing is published of an image folder")
    }
  }

  @Test("an image's shorter side is resized and its centre cut out", arguments: [1, 3])
  func resized(channels: Int) throws {
    try withTemporaryFolder { folder in
      try write(png, to: "\(folder)/a.png")
      let image = try DecodedImage(png, from: "a.png")
      let resize = BilinearResize(
        from: ImageShape(channels: channels, height: 9, width: 13), height: 32, width: 32 * 13 / 9)
      let resized = resize.planar(image.planar(channels: channels))
      // 46 columns, of which the middle 32 begin at 7.
      let expected = (0..<channels * 32).flatMap { (row: Int) in resized[row * 46 + 7..<row * 46 + 39] }
      #expect(try ImageFile.load("\(folder)/a.png", as: settings(channels: channels)) == expected)
    }
  }

  @Test("the reference code's folder names are taken")
  func referenceNames() throws {
    try withTemporaryFolder { folder in
      try layOut(folder, normal: "0.normal")
      try FileManager.default.moveItem(
        atPath: "\(folder)/parts/test/scratch", toPath: "\(folder)/parts/test/1.abnormal")
      try FileManager.default.removeItem(atPath: "\(folder)/parts/test/dent")
      let dataset = try Dataset.load(settings(), from: only(folder))
      #expect(dataset.classNames == ["normal", "abnormal"])
      #expect(dataset.labels == [0, 0, 0, 1])
    }
  }

  @Test("MVTec's folder names are taken")
  func namesOfMVTec() throws {
    try withTemporaryFolder { folder in
      try layOut(folder, normal: "good")
      try write(mask([0]), to: "\(folder)/parts/ground_truth/dent/deep/2_mask.png")
      try write(mask([0], height: 24, width: 37), to: "\(folder)/parts/ground_truth/scratch/1.png")
      let dataset = try Dataset.load(settings(), from: only(folder))
      #expect(dataset.classNames == ["normal", "dent", "scratch"])
      #expect(dataset.labels == [0, 0, 0, 1, 2])
      #expect(ImageFolder.isImageFolder("\(folder)/parts"))
    }
  }

  /// A mask of the size of `png`, white at some pixels.
  private func mask(_ white: [Int], height: Int = 9, width: Int = 13, mark: UInt8 = 255) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: height * width)
    for pixel in white { bytes[pixel] = mark }
    return ImageStore(shape: ImageShape(channels: 1, height: height, width: width), bytes: bytes).png(
      columns: 1)
  }

  @Test(
    "masks label the pixels of anomalies, at the size and place of the resized image, however small the region"
  )
  func masks() throws {
    try withTemporaryFolder { folder in
      try write(png, to: "\(folder)/parts/train/good/0.png")
      try write(png, to: "\(folder)/parts/test/good/0.png")
      try write(png, to: "\(folder)/parts/test/dent/0.png")
      try write(png, to: "\(folder)/parts/test/dent/1.png")
      // The middle pixel; and the whole right half of the image.
      try write(mask([4 * 13 + 6]), to: "\(folder)/parts/ground_truth/dent/0_mask.png")
      let half = (0..<9 * 13).filter { $0 % 13 > 6 }
      try write(mask(half), to: "\(folder)/parts/ground_truth/dent/1_mask.png")
      var settings = settings(channels: 1)
      let dataset = try Dataset.load(settings, from: only(folder))
      #expect(
        dataset.fileNames == ["train/good/0.png", "test/good/0.png", "test/dent/0.png", "test/dent/1.png"])
      let masks = try #require(dataset.masks)
      #expect(masks.count == 4 * 32 * 32)
      #expect(masks.prefix(2 * 1024).allSatisfy { $0 == 0 }, "normal images have no anomalous pixel")
      let middle = (2 * 1024..<3 * 1024).filter { masks[$0] == 1 }.map { ($0 % 1024 / 32, $0 % 32) }
      #expect(!middle.isEmpty && middle.allSatisfy { (14...17).contains($0.0) && (14...17).contains($0.1) })
      let right = (3 * 1024..<4 * 1024).filter { masks[$0] == 1 }
      #expect(
        right.allSatisfy { $0 % 32 >= 15 } && (13 * 32...15 * 32).contains(right.count), "\(right.count)")
      try write(mask(half, mark: 1), to: "\(folder)/parts/ground_truth/dent/1_mask.png")
      #expect(try Dataset.load(settings, from: only(folder)).masks == masks, "marks of 1 are those of 255")
      // Shrunk to a fraction of a pixel, the region is still there.
      try write(mask([0], height: 900, width: 900), to: "\(folder)/parts/ground_truth/dent/1_mask.png")
      let large = ImageStore(
        shape: ImageShape(channels: 1, height: 900, width: 900), bytes: Array(repeating: 7, count: 810_000))
      try write(large.png(columns: 1), to: "\(folder)/parts/test/dent/1.png")
      let shrunk = try Dataset.load(settings, from: only(folder))
      #expect(
        shrunk.masks.map { Array($0.suffix(1024)).enumerated().filter { $1 == 1 }.map(\.offset) } == [0])
      #expect(shrunk.fingerprint != dataset.fingerprint)
      // Real sets have empty masks: MVTec's layout asks for one of each anomalous image.
      try write(mask([], height: 900, width: 900), to: "\(folder)/parts/ground_truth/dent/1_mask.png")
      #expect(
        try Dataset.load(settings, from: only(folder)).masks?.suffix(1024).allSatisfy { $0 == 0 } == true)
      settings.skipUnreadable = true
      try FileManager.default.removeItem(atPath: "\(folder)/parts/ground_truth")
      #expect(try Dataset.load(settings, from: only(folder)).masks == nil)
    }
  }

  @Test("masks that are missing or of another size are refused by name")
  func badMasks() throws {
    try withTemporaryFolder { folder in
      try write(png, to: "\(folder)/parts/train/good/0.png")
      try write(png, to: "\(folder)/parts/test/good/0.png")
      try write(png, to: "\(folder)/parts/test/dent/0.png")
      let path = "\(folder)/parts/ground_truth/dent/0_mask.png"
      try write(mask([0]), to: "\(folder)/parts/ground_truth/dent/1_mask.png")
      expectProblem(.missingInput, "0_mask.png: no mask for \(folder)/parts/test/dent/0.png") {
        _ = try Dataset.load(settings(), from: only(folder))
      }
      for (bytes, words) in [
        (mask([0], height: 13, width: 9), "the mask has 13×9 pixels"),
        (Array(mask([0]).dropLast(8)), "is cut off"),
      ] {
        try write(bytes, to: path)
        expectProblem(.badData, words) { _ = try Dataset.load(settings(), from: only(folder)) }
      }
    }
  }

  @Test(
    "an image in another format is refused by its name, with how to convert it",
    arguments: [
      ("GIF", Array("GIF89a".utf8)),
      ("AVIF", [0, 0, 0, 28] + Array("ftypavif".utf8)), ("HEIC", [0, 0, 0, 24] + Array("ftypheic".utf8)),
      ("JPEG 2000", [0, 0, 0, 12] + Array("jP  \r\n".utf8)), ("PGM", Array("P5\n2 2\n255\n".utf8)),
    ] as [(String, [UInt8])])
  func otherFormats(format: String, bytes: [UInt8]) throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      try write(bytes + [UInt8](repeating: 0, count: 60), to: "\(folder)/parts/train/normal/c.img")
      let refusal = problem { () throws(Problem) in _ = try Dataset.load(settings(), from: only(folder)) }
      #expect(refusal?.kind == .badData)
      #expect(refusal?.cause == "is a \(format) image; PNG, JPEG, BMP, TIFF and WebP images are read")
      #expect(
        refusal?.hint
          == "convert it to PNG, as `magick c.img c.png` does, or skip all such files with --skip-unreadable")
    }
  }

  @Test("a file that is no image is refused by name, or skipped and listed")
  func unreadable() throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let text = "\(folder)/parts/test/scratch/0 notes.txt"
      let cut = "\(folder)/parts/train/normal/z.png"
      try write(Array("not an image".utf8), to: text)
      expectProblem(.badData, at: text, "is not a PNG, JPEG, BMP, TIFF or WebP image") { () throws(Problem) in
        _ = try Dataset.load(settings(), from: only(folder))
      }
      try write(Array(png.dropLast(5)), to: cut)
      let dataset = try Dataset.load(settings(skipping: true), from: only(folder))
      #expect(dataset.skippedFiles == [cut, text])
      #expect(dataset.labels == [0, 0, 0, 1, 2])
      #expect(dataset.officialTrainCount == 2)
    }
  }

  @Test("a class of which nothing can be read is refused even when skipping")
  func nothingReadable() throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      try write([1], to: "\(folder)/parts/test/scratch/1.jpg")
      expectProblem(.badData, at: "\(folder)/parts", "no image of the class 'scratch'") {
        () throws(Problem) in
        _ = try Dataset.load(settings(skipping: true), from: only(folder))
      }
    }
  }

  @Test(
    "folders that are missing, empty or in the wrong place are refused by name",
    arguments: [
      ("rm train", .missingInput, "parts/train", "no such folder"),
      ("rm train/normal", .missingInput, "parts/train/normal", "no such folder"),
      ("rm train/normal/b.png train/normal/B.png", .badData, "parts/train/normal", "holds no images"),
      ("rm test", .missingInput, "parts/test", "no such folder"),
      ("rm test/normal", .missingInput, "parts/test/normal", "no such folder"),
      ("rm test/dent test/scratch", .badData, "parts/test", "has no anomaly folder"),
      ("rm test/scratch/1.jpg", .badData, "parts/test/scratch", "holds no images"),
      ("rm test/dent/deep", .badData, "parts/test/dent", "holds no images"),
      (
        "add train/dent/1.png", .badData, "parts/train",
        "holds the folder 'dent', but training images must all be normal"
      ),
      ("add test/1.png", .badData, "parts/test/1.png", "is not a folder"),
      ("add test/0.normal/1.png", .badData, "parts/test/normal", "is the same class as"),
    ] as [(String, Problem.Kind, String, String)])
  func wrongLayout(change: String, kind: Problem.Kind, place: String, words: String) throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let parts = change.split(separator: " ").map(String.init)
      for path in parts.dropFirst().map({ "\(folder)/parts/\($0)" }) {
        if parts[0] == "rm" {
          try FileManager.default.removeItem(atPath: path)
        } else {
          try write(png, to: path)
        }
      }
      expectProblem(kind, at: "\(folder)/\(place)", words) { () throws(Problem) in
        _ = try Dataset.load(settings(), from: only(folder))
      }
    }
  }

  @Test("links that lead round in a circle are refused")
  func circle() throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let normal = "\(folder)/parts/train/normal"
      try FileManager.default.createSymbolicLink(atPath: "\(normal)/again", withDestinationPath: normal)
      let found = problem { () throws(Problem) in _ = try Dataset.load(settings(), from: only(folder)) }
      #expect(found?.kind == .badData)
      #expect(found?.cause == "lies more than 16 folders deep")
    }
  }

  @Test(
    "what is no image file, wherever it lies, is refused by name with a remedy, or skipped and listed",
    arguments: [
      ("train/normal/a.png", "is a dangling link"),
      ("test/scratch/a.png", "is a dangling link"),
      ("train/notes.txt", "is not a folder"), ("test/notes.txt", "is not a folder"),
      ("test/a link", "is a dangling link"), ("test/dent/pipe", "is not a regular file"),
    ])
  func strayFiles(place: String, words: String) throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let path = "\(folder)/parts/\(place)"
      if words.contains("link") {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
      } else if place.hasSuffix("pipe") {
        // Whoever opens one waits for a writer, who never comes.
        #expect(mkfifo(path, 0o600) == 0)
      } else {
        try write(Array("hello".utf8), to: path)
      }
      let refusal = problem { () throws(Problem) in _ = try Dataset.load(settings(), from: only(folder)) }
      #expect(refusal?.kind == .badData && refusal?.place == path)
      #expect(refusal?.cause.contains(words) == true)
      #expect(refusal?.hint.contains("--skip-unreadable") == true)
      let dataset = try Dataset.load(settings(skipping: true), from: only(folder))
      #expect(dataset.skippedFiles == [path])
      #expect(dataset.labels == [0, 0, 0, 1, 2])
    }
  }
}
