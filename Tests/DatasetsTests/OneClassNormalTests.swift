import Diagnostics
import Images
import Settings
import Testing

@testable import Datasets

@Suite("One class normal")
struct OneClassNormalTests {
  /// Of the official train part, by digit.
  static let trainCounts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
  /// Of the official test part.
  static let testCounts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]

  private func split(_ labels: [Int], train: Int?, normal: Int, seed: Int = 0) throws -> Split {
    try Split.make(
      title: "x", labels: labels, officialTrainCount: train, .oneClassNormal, normal: [normal],
      anomalous: Set(0...9).subtracting([normal]), seed: seed)
  }

  @Test("the digit's train images train, and the official 10,000 of MNIST test", arguments: 0...9)
  func mnist(digit: Int) throws {
    let labels = SplitTests.mnist
    let split = try split(labels, train: 60000, normal: digit)
    #expect(split.train.count == Self.trainCounts[digit])
    #expect(split.train.allSatisfy { labels[$0] == digit && $0 < 60000 })
    #expect(split.testNormalCount == Self.testCounts[digit])
    #expect(split.test.sorted() == Array(60000..<70000))
    #expect(split.testIsAnomalous == split.test.map { labels[$0] != digit })
    #expect(split.testClasses == split.test.map { labels[$0] })
  }

  @Test("of CIFAR-10, 5,000 train, and 1,000 normal and 9,000 anomalous images test", arguments: 0...9)
  func cifar10(class normal: Int) throws {
    let split = try split(SplitTests.cifar10, train: 50000, normal: normal)
    #expect([split.train.count, split.testNormalCount, split.testAnomalyCount] == [5000, 1000, 9000])
  }

  @Test("normals come first, then anomalies, each in file order; anomalies of the train part are left out")
  func order() throws {
    let split = try split([0, 1, 2, 0, 2, 1, 0, 2], train: 4, normal: 0)
    #expect(split.train == [0, 3])
    #expect(split.test == [6, 4, 5, 7])
    #expect(split.testIsAnomalous == [false, true, true, true])
  }

  @Test("no seed touches official parts")
  func officialSeeds() throws {
    let splits = try (0...1).map { try split(SplitTests.cifar10, train: 50000, normal: 4, seed: $0) }
    #expect(splits[0] == splits[1])
  }

  @Test("without official parts, four fifths of the class train and all else tests")
  func digits() throws {
    let digits = try Dataset.load(DatasetSettings(), from: DataSearchPath(candidates: []))
    let splits = try (0...1).map { try Split.make(digits, .oneClassNormal, classes: [3], seed: $0) }
    for split in splits {
      #expect([split.train.count, split.testNormalCount, split.testAnomalyCount] == [146, 37, 1614])
      #expect((split.train + split.test).sorted() == Array(0..<1797))
      #expect(split.train.allSatisfy { digits.labels[$0] == 3 })
    }
    #expect(splits[0].train != splits[1].train)
    // The same draw of numpy's as for the normals of the pooled split.
    let labels = [Int](repeating: 3, count: 10) + [0, 1]
    #expect(try split(labels, train: nil, normal: 3).train == [2, 8, 4, 9, 1, 6, 7, 3])
  }

  private func dataset(_ labels: [Int], train: Int?, anomalies: [Int] = []) -> Dataset {
    Dataset(
      title: "tiny", classNames: ["c0", "c1", "c2"],
      images: ImageStore(
        shape: ImageShape(channels: 1, height: 1, width: 1), bytes: labels.map { UInt8($0) }),
      labels: labels, officialTrainCount: train, anomalyClasses: anomalies)
  }

  @Test("what cannot be is refused, and says why")
  func refusals() {
    let labels = [0, 1, 2, 0, 2, 1, 0]
    let table: [(Dataset, [Int], Int, Problem.Kind, String)] = [
      (dataset(labels, train: 4, anomalies: [1, 2]), [0], 0, .usage, "folder defines its normal class"),
      (
        dataset(labels, train: 4), [], 0, .usage,
        "one or more classes must be normal, but not all of them; found none (one of c0, c1, c2)"
      ),
      (dataset(labels, train: 4), [0, 1, 2], 0, .usage, "but not all of them; found 'c0', 'c1', 'c2'"),
      (dataset(labels, train: 4), [3], 0, .usage, "but not all of them; found 3"),
      (dataset(labels, train: nil), [0], -1, .usage, "numpy does not accept the seed -1"),
      (dataset([1, 0, 0, 1], train: 1), [0], 0, .badData, "leaves no normal image to train on"),
      (dataset([0, 0, 1, 1], train: 2), [0], 0, .badData, "leaves no normal image in the test set"),
      (dataset([0, 1, 0, 0], train: 2), [0], 0, .badData, "leaves no anomalous image in the test set"),
    ]
    for (dataset, classes, seed, kind, words) in table {
      expectProblem(kind, at: "tiny", words) { () throws(Problem) in
        _ = try Split.make(dataset, .oneClassNormal, classes: classes, seed: seed)
      }
    }
  }
}
