import Diagnostics
import Foundation
import Settings
import TestSupport
import Testing

@testable import Datasets

@Suite("The cache of fingerprints")
struct FingerprintCacheTests {
  private let png: [UInt8]
  private let jpeg: [UInt8]
  private let settings: DatasetSettings

  init() throws {
    png = try FileBytes.read(fixture("images/rgb.png"))
    jpeg = try FileBytes.read(fixture("images/baseline.jpg"))
    var settings = DatasetSettings()
    settings.name = .folder
    settings.folder = "parts"
    self.settings = settings
  }

  private func layOut(_ folder: String) throws {
    try write(png, to: "\(folder)/parts/train/normal/1.png")
    try write(jpeg, to: "\(folder)/parts/test/normal/2.png")
    try write(jpeg, to: "\(folder)/parts/test/scratch/3.png")
  }

  /// The entry of the image folder as it is now.
  private func entry(_ folder: String) throws -> FingerprintCache.Entry {
    let files = try only(folder).locate(settings).files(settings.layout)
    return try #require(FingerprintCache.entry(settings, files: files))
  }

  @Test("gives the content's own fingerprint, and gives it again as long as no file changes")
  func remembered() throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let cache = FingerprintCache(folder: "\(folder)/cache", restTime: .zero)
      let plain = try Dataset.load(settings, from: only(folder), cache: nil).fingerprint
      let entry = try entry(folder)
      #expect(cache.fingerprint(entry) == nil)
      let first = try Dataset.load(settings, from: only(folder), cache: cache).fingerprint
      #expect(first == plain)
      #expect(cache.fingerprint(entry) == plain)
      let second = try Dataset.load(settings, from: only(folder), cache: cache).fingerprint
      #expect(second == plain)
    }
  }

  @Test("notices a byte that was changed, though size and date were put back")
  func changed() throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let cache = FingerprintCache(folder: "\(folder)/cache", restTime: .zero)
      let before = try Dataset.load(settings, from: only(folder), cache: cache).fingerprint
      let path = "\(folder)/parts/test/normal/2.png"
      let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
      // Another image of the same size, written into the same file.
      let other = png + [UInt8](repeating: 0, count: jpeg.count - png.count)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.write(contentsOf: Data(other))
      try handle.close()
      try FileManager.default.setAttributes([.modificationDate: try #require(date)], ofItemAtPath: path)
      let after = try Dataset.load(settings, from: only(folder), cache: cache).fingerprint
      let plain = try Dataset.load(settings, from: only(folder), cache: nil).fingerprint
      #expect(after == plain)
      #expect(after != before)
    }
  }

  @Test("knows each size and each folder by itself, and does not remember what may still change")
  func keys() throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let cache = FingerprintCache(folder: "\(folder)/cache", restTime: .zero)
      let small = try Dataset.load(settings, from: only(folder), cache: cache).fingerprint
      var larger = settings
      larger.side = 64
      let large = try Dataset.load(larger, from: only(folder), cache: cache).fingerprint
      #expect(small != large)
      #expect(cache.fingerprint(try entry(folder)) == small)
      let careful = FingerprintCache(folder: "\(folder)/careful", restTime: .seconds(1000))
      _ = try Dataset.load(settings, from: only(folder), cache: careful)
      #expect(careful.fingerprint(try entry(folder)) == nil)
    }
  }

  @Test("is corrected by data verify where it is wrong")
  func verify() throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let cache = FingerprintCache(folder: "\(folder)/cache", restTime: .zero)
      let right = try Dataset.load(settings, from: only(folder), cache: cache).fingerprint
      let first = try cache.verify(.folder, in: only(folder))
      #expect(first == [.init(title: "side 32, 3 channels", isRight: true)])
      let wrong = String(repeating: "0", count: 64)
      cache.remember(wrong, try entry(folder))
      // The cache is believed.
      let loaded = try Dataset.load(settings, from: only(folder), cache: cache).fingerprint
      #expect(loaded == wrong)
      let second = try cache.verify(.folder, in: only(folder))
      #expect(second == [.init(title: "side 32, 3 channels", isRight: false)])
      #expect(cache.fingerprint(try entry(folder)) == right)
      let ofAnother = try cache.verify(.mnist, in: only(folder))
      #expect(ofAnother == [])
    }
  }

  @Test("that cannot be written, or holds nonsense, is done without")
  func unusable() throws {
    try withTemporaryFolder { folder in
      try layOut(folder)
      let plain = try Dataset.load(settings, from: only(folder), cache: nil).fingerprint
      let nowhere = FingerprintCache(folder: "/dev/null/cache", restTime: .zero)
      let without = try Dataset.load(settings, from: only(folder), cache: nowhere).fingerprint
      #expect(without == plain)
      let cache = FingerprintCache(folder: "\(folder)/cache", restTime: .zero)
      _ = try Dataset.load(settings, from: only(folder), cache: cache)
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache")
      #expect(names.count == 1)
      try write(Array("nonsense".utf8), to: "\(folder)/cache/\(names[0])")
      let again = try Dataset.load(settings, from: only(folder), cache: cache).fingerprint
      #expect(again == plain)
    }
  }

  @Test("lies where the environment says")
  func place() {
    #expect(FingerprintCache.standard(environment: [:]) == nil)
    #expect(
      FingerprintCache.standard(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"])?.folder
        == "/c/ganomaly/fingerprints")
    #expect(
      FingerprintCache.standard(environment: ["XDG_CACHE_HOME": "relative", "HOME": "/h"])?.folder
        == "/h/.cache/ganomaly/fingerprints")
  }
}
