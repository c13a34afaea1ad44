import Diagnostics
import Settings
import TestSupport
import Testing

@testable import Datasets

@Suite("An image folder's layout")
struct FolderLayoutTests {
  private let png: [UInt8]
  private let jpeg: [UInt8]

  init() throws {
    png = try FileBytes.read(fixture("images/rgb.png"))
    jpeg = try FileBytes.read(fixture("images/baseline.jpg"))
  }

  private func load(_ layout: FolderLayout, in folder: String, skipping: Bool = false) throws(Problem)
    -> Dataset
  {
    var settings = DatasetSettings()
    settings.name = .folder
    settings.folder = "pets"
    settings.layout = layout
    settings.skipUnreadable = skipping
    return try Dataset.load(settings, from: only(folder), cache: nil)
  }

  @Test("of classes takes each folder as a class, in the order of their bytes")
  func classes() throws {
    try withTemporaryFolder { folder in
      for name in ["dog/1.png", "dog/old/2.png", "Cat/1.png", "good/1.png"] {
        try write(png, to: "\(folder)/pets/\(name)")
      }
      let pets = try load(.classes, in: folder)
      #expect(pets.classNames == ["Cat", "dog", "good"], "no name has a meaning of its own")
      #expect(pets.labels == [0, 1, 1, 2])
      #expect(pets.officialTrainCount == nil && pets.anomalyClasses.isEmpty)
      #expect(pets.fileNames == ["Cat/1.png", "dog/1.png", "dog/old/2.png", "good/1.png"])
    }
  }

  @Test("of classes in train and test gives official parts, which val joins before test")
  func parts() throws {
    try withTemporaryFolder { folder in
      for name in ["train/dog/1", "train/cat/1", "val/dog/2", "test/dog/3", "test/cat/2", "test/newt/1"] {
        try write(name.hasPrefix("val") ? jpeg : png, to: "\(folder)/pets/\(name)")
      }
      let pets = try load(.classes, in: folder)
      #expect(pets.classNames == ["cat", "dog", "newt"])
      #expect(
        pets.fileNames
          == ["train/cat/1", "train/dog/1", "val/dog/2", "test/cat/2", "test/dog/3", "test/newt/1"])
      #expect(pets.officialTrainCount == 3)
      #expect(pets.repeatedTestImages == 3, "all test images have the pixels of a training image")
      let split = try Split.make(pets, .official, classes: [2], seed: 0)
      #expect(split.train == [0, 1, 2] && split.test == [3, 4, 5])
      #expect(split.testIsAnomalous == [false, false, true])
    }
  }

  @Test("of normals takes every file, and its split tests without anomalies")
  func normals() throws {
    try withTemporaryFolder { folder in
      for index in 0..<10 { try write(png, to: "\(folder)/pets/\(index % 2)/\(index).png") }
      let pets = try load(.normals, in: folder)
      #expect(pets.classNames == ["normal"] && pets.hasSingleClass)
      let split = try Split.make(pets, .pooled, classes: [], seed: 0)
      #expect(split.train.count == 8 && split.test.count == 2 && split.testAnomalyCount == 0)
      #expect(try split.samplingTest(2, seed: 0, at: "").test == split.test)
    }
  }

  @Test("is refused where the folder is laid out otherwise, with the layout that fits")
  func refusals() throws {
    try withTemporaryFolder { folder in
      for name in ["train/normal/1", "test/normal/1", "test/dent/1"] {
        try write(png, to: "\(folder)/pets/\(name)")
      }
      expectProblem(.badData, at: "\(folder)/pets", "holds the folder 'test'") { () throws(Problem) in
        _ = try load(.normals, in: folder)
      }
    }
    try withTemporaryFolder { folder in
      for name in ["train/dog/1", "train/cat/1", "test/dog/1", "test/cat/1"] {
        try write(png, to: "\(folder)/pets/\(name)")
      }
      expectProblem(.missingInput, at: "\(folder)/pets/train/normal", "layout: classes") {
        () throws(Problem) in _ = try load(.kinds, in: folder)
      }
    }
    try withTemporaryFolder { folder in
      try write(png, to: "\(folder)/pets/dog/1")
      expectProblem(.badData, at: "\(folder)/pets", "layout: normals") { () throws(Problem) in
        _ = try load(.classes, in: folder)
      }
      try write(png, to: "\(folder)/pets/a + b/1")
      expectProblem(.badData, at: "\(folder)/pets", "separates the classes") { () throws(Problem) in
        _ = try load(.classes, in: folder)
      }
    }
    try withTemporaryFolder { folder in
      try write(png, to: "\(folder)/pets/dog/1")
      try write(png, to: "\(folder)/pets/cat/1")
      try write([1, 2], to: "\(folder)/pets/labels.csv")
      expectProblem(.badData, at: "\(folder)/pets/labels.csv", "--skip-unreadable") { () throws(Problem) in
        _ = try load(.classes, in: folder)
      }
      #expect(try load(.classes, in: folder, skipping: true).skippedFiles == ["\(folder)/pets/labels.csv"])
    }
  }
}
