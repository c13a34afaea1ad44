import Hashing
import Images
import Settings
import Testing

@testable import Datasets

struct DigitsTests {
  @Test("the digits are scikit-learn's, in its order")
  func content() throws {
    let digits = try Digits.load()
    #expect(digits.shape == ImageShape(channels: 1, height: 8, width: 8))
    #expect(digits.labels.count == 1797)
    #expect(Array(digits.labels.prefix(12)) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
    let counts = (0..<10).map { digit in digits.labels.count { $0 == digit } }
    #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    #expect(
      Array(digits.bytes[..<8]) == [0, 0, 5, 13, 9, 1, 0, 0].map { UInt8((Double($0) * 255 / 16).rounded()) })
  }

  @Test(
    "resized they are what Pillow makes of scikit-learn's copy",
    arguments: [
      (32, "412ee8e6d3be0312cdeb600758cc90977436fc34f7c5d474ac5a9cc97d7e9530"),
      (64, "60d58d3b3e8fa0596487429d06c480d0fb4eaa15564e9026de98c66b8415a64f"),
    ])
  func resized(side: Int, sha256: String) throws {
    var settings = DatasetSettings()
    settings.side = side
    let dataset = try Dataset.load(settings, from: DataSearchPath(candidates: []))
    #expect(SHA256.hexadecimal(of: dataset.images.bytes) == sha256)
    #expect(
      SHA256.hexadecimal(of: dataset.labels.map { UInt8($0) })
        == "8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0")
    #expect(dataset.title == "digits")
    #expect(dataset.officialTrainCount == nil)
    #expect(dataset.classNames == (0...9).map(String.init))
  }

  @Test("with three channels each plane is the gray image, byte for byte, and the fingerprint is another")
  func threeChannels() throws {
    var settings = DatasetSettings()
    let gray = try Dataset.load(settings, from: DataSearchPath(candidates: []))
    settings.channels = 3
    let color = try Dataset.load(settings, from: DataSearchPath(candidates: []))
    #expect(color.images.shape == ImageShape(channels: 3, height: 32, width: 32))
    #expect(color.images.count == gray.images.count && color.labels == gray.labels)
    for image in [0, 1, 1796] {
      let plane = Array(gray.images[image])
      #expect(Array(color.images[image]) == plane + plane + plane)
    }
    #expect(color.fingerprint != gray.fingerprint)
  }
}
