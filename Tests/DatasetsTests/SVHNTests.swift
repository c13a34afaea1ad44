import Diagnostics
import Settings
import TestSupport
import Testing

@testable import Datasets

struct SVHNTests {
  @Test(
    "images are read by channel and row, and 10 is the digit 0, whatever MATLAB stores",
    arguments: ["small.mat", "plain-doubles.mat"])
  func part(name: String) throws {
    let images = try SVHN.part(fixture("svhn/\(name)"))
    #expect(images.labels == [1, 0, 9])
    let expected = (0..<3).flatMap { image in
      (0..<3).flatMap { channel in
        (0..<32).flatMap { row in
          (0..<32).map { column in
            UInt8(truncatingIfNeeded: row + 7 * column + 50 * channel + 90 * image)
          }
        }
      }
    }
    #expect(images.bytes == expected)
  }

  @Test(
    "a file of another content is refused by name",
    arguments: [
      ("svhn/two-labels.mat", "holds 2 labels, but 3 images"),
      ("svhn/label-zero.mat", "label 1 is 0, expected 1 to 10"),
      ("svhn/fractions.mat", "the variable 'y' is not an array of bytes"),
      ("svhn/gray.mat", "X has the shape 32×32×3, expected 32×32×3×N"),
      ("svhn/integers.mat", "the variable 'X' is not an array of bytes"),
      ("svhn/no-labels.mat", "holds no variable 'y' that can be read"),
      ("mnist-labels.gz", "is not a MATLAB file"),
    ])
  func otherContent(name: String, words: String) {
    expectProblem(.badData, at: fixture(name), words) { () throws(Problem) in
      _ = try SVHN.part(fixture(name))
    }
  }

  @Test("a file that is not the published one is never read as MATLAB's", arguments: ["svhn", ""])
  func gate(place: String) throws {
    try withTemporaryFolder { folder in
      let folder = place.isEmpty ? folder : "\(folder)/\(place)"
      for name in [SVHN.trainFile, SVHN.testFile] {
        try write(FileBytes.read(fixture("svhn/small.mat")), to: "\(folder)/\(name)")
      }
      var settings = DatasetSettings()
      settings.name = .svhn
      let data = place.isEmpty ? folder : String(folder.dropLast(place.count + 1))
      expectProblem(.badData, at: "\(folder)/train_32x32.mat", "only the published file is read") {
        () throws(Problem) in _ = try Dataset.load(settings, from: only(data), cache: nil)
      }
      let reports = DatasetFiles.verify(.svhn, in: only(data))
      #expect(reports.map(\.name) == [SVHN.trainFile, SVHN.testFile])
      #expect(reports[0].state == .wrongSize(expected: 182_040_794, found: 1287))
    }
  }
}
