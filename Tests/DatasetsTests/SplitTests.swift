import Diagnostics
import Hashing
import Images
import Settings
import Testing

@testable import Datasets

struct SplitTests {
  /// The labels of the official train part, then of the official test part, one byte each.
  static let mnist = labels("mnist-labels.gz")
  static let cifar10 = labels("cifar10-labels.gz")

  private static func labels(_ name: String) -> [Int] {
    ((try? Gzip.readFile(fixture(name))) ?? []).map(Int.init)
  }

  private func split(
    _ labels: [Int], train: Int?, _ kind: SplitKind, heldOut: Int, seed: Int = 0
  ) throws -> Split {
    try Split.make(
      title: "x", labels: labels, officialTrainCount: train, kind, normal: Set(0...9).subtracting([heldOut]),
      anomalous: [heldOut], seed: seed)
  }

  private func sizes(_ split: Split) -> [Int] {
    [split.train.count, split.testNormalCount, split.testAnomalyCount]
  }

  @Test(
    "pooled sizes of MNIST are the known ones",
    arguments: [
      (0, [50477, 12620, 6903]), (1, [49698, 12425, 7877]), (2, [50408, 12602, 6990]),
      (3, [50287, 12572, 7141]),
      (4, [50540, 12636, 6824]), (5, [50949, 12738, 6313]), (6, [50499, 12625, 6876]),
      (7, [50165, 12542, 7293]),
      (8, [50540, 12635, 6825]), (9, [50433, 12609, 6958]),
    ])
  func pooledMNIST(digit: Int, expected: [Int]) throws {
    #expect(try sizes(split(Self.mnist, train: 60000, .pooled, heldOut: digit, seed: 1)) == expected)
  }

  @Test("pooled sizes of CIFAR-10 are the known ones", arguments: 0...9)
  func pooledCIFAR10(class heldOut: Int) throws {
    #expect(try sizes(split(Self.cifar10, train: 50000, .pooled, heldOut: heldOut)) == [43200, 10800, 6000])
  }

  @Test("official sizes are the known ones")
  func official() throws {
    #expect(try sizes(split(Self.mnist, train: 60000, .official, heldOut: 0)) == [54077, 9020, 6903])
    for heldOut in 0...9 {
      let split = try split(Self.cifar10, train: 50000, .official, heldOut: heldOut)
      #expect(sizes(split) == [45000, 9000, 6000])
    }
  }

  @Test("the pooled split of MNIST with digit 3 held out and seed 2 is numpy's, image by image")
  func numpyOrder() throws {
    let split = try split(Self.mnist, train: 60000, .pooled, heldOut: 3, seed: 2)
    #expect(Array(split.train.prefix(5)) == [25470, 29432, 26441, 11917, 57414])
    #expect(Array(split.test.prefix(5)) == [15033, 44855, 36214, 42046, 42072])
    #expect(Array(split.test[split.testNormalCount...].prefix(3)) == [7, 10, 12])
    let normals = split.train + split.test[..<split.testNormalCount]
    let bytes = normals.flatMap { index in (0..<4).map { UInt8(index >> (8 * $0) & 0xff) } }
    #expect(
      SHA256.hexadecimal(of: bytes) == "3483845eec0197b9e445a1dacda48578b68aaaad594e1241a2208e5571ba5a18")
  }

  @Test(
    "every image is used exactly once, and classes follow the images",
    arguments: [SplitKind.pooled, .official])
  func partition(kind: SplitKind) throws {
    let split = try split(Self.cifar10, train: 50000, kind, heldOut: 6, seed: 3)
    #expect((split.train + split.test).sorted() == Array(0..<60000))
    #expect(split.train.allSatisfy { Self.cifar10[$0] != 6 })
    #expect(split.testClasses == split.test.map { Self.cifar10[$0] })
    #expect(split.testIsAnomalous == split.testClasses.map { $0 == 6 })
  }

  @Test("seeds give different pooled splits, and do not touch the official one")
  func seeds() throws {
    let pooled = try (0...1).map { try split(Self.cifar10, train: 50000, .pooled, heldOut: 2, seed: $0) }
    #expect(pooled[0] != pooled[1])
    let official = try (0...1).map { try split(Self.cifar10, train: 50000, .official, heldOut: 2, seed: $0) }
    #expect(official[0] == official[1])
  }

  // MARK: - By data set

  private func dataset(_ labels: [Int], train: Int?, anomalies: [Int] = [], classes: Int = 3) -> Dataset {
    Dataset(
      title: "tiny", classNames: (0..<classes).map { "c\($0)" },
      images: ImageStore(
        shape: ImageShape(channels: 1, height: 1, width: 1), bytes: labels.map { UInt8($0) }),
      labels: labels, officialTrainCount: train, anomalyClasses: anomalies)
  }

  @Test("test normals of the official part come first, then the anomalies of both parts in file order")
  func officialOrder() throws {
    let split = try Split.make(dataset([0, 1, 2, 0, 2, 1, 0], train: 4), .official, classes: [2], seed: 0)
    #expect(split.train == [0, 1, 3])
    #expect(split.test == [5, 6, 2, 4])
  }

  @Test("several classes can be held out at once")
  func severalHeldOut() throws {
    let split = try Split.make(
      dataset([0, 1, 2, 0, 2, 1, 0], train: 4), .official, classes: [1, 2], seed: 0)
    #expect(split.train == [0, 3])
    #expect(split.test == [6, 1, 2, 4, 5])
  }

  @Test("an image folder keeps its train part, and leaves out the kinds of anomaly that are not named")
  func imageFolder() throws {
    let dataset = dataset([0, 0, 0, 0, 1, 1, 2], train: 3, anomalies: [1, 2])
    let whole = try Split.make(dataset, .official, classes: [1, 2], seed: 0)
    #expect((whole.train, whole.test) == ([0, 1, 2], [3, 4, 5, 6]))
    let one = try Split.make(dataset, .official, classes: [2], seed: 0)
    #expect((one.train, one.test) == ([0, 1, 2], [3, 6]))
    let pooled = try Split.make(dataset, .pooled, classes: [1, 2], seed: 0)
    #expect((pooled.train.count, Set(pooled.train + pooled.test)) == (3, Set(0..<7)))
  }

  @Test("a split that cannot be is refused, and says why")
  func refusals() {
    let labels = [0, 1, 2, 0, 2, 1, 0]
    let table: [(Dataset, SplitKind, [Int], Int, Problem.Kind, String)] = [
      (
        dataset(labels, train: nil), .official, [1], 0, .usage,
        "no official train and test part (split: pooled-80-20)"
      ),
      (dataset(labels, train: 4), .pooled, [], 0, .usage, "no class is held out"),
      (
        dataset(labels, train: 4), .pooled, [3], 0, .usage,
        "the class 3 cannot be held out (one or more of c0, c1, c2)"
      ),
      (dataset(labels, train: 4), .pooled, [0, 1, 2], 0, .usage, "every class is held out"),
      (dataset(labels, train: 4, anomalies: [1, 2]), .pooled, [0], 0, .usage, "'c0' cannot be held out"),
      (dataset(labels, train: 4), .pooled, [1], -1, .usage, "numpy does not accept the seed -1"),
      (dataset(labels, train: 4), .pooled, [1], 1 << 32, .usage, "the seed 4294967296"),
      (dataset(labels, train: 7), .official, [1], 0, .badData, "leaves no normal image in the test set"),
      (dataset(labels, train: 0), .official, [1], 0, .badData, "leaves no normal image to train on"),
      (
        dataset([0, 0, 0, 1], train: 2), .pooled, [2], 0, .badData,
        "leaves no anomalous image in the test set"
      ),
    ]
    for (dataset, kind, heldOut, seed, problem, words) in table {
      expectProblem(problem, at: "tiny", words) { () throws(Problem) in
        _ = try Split.make(dataset, kind, classes: heldOut, seed: seed)
      }
    }
  }

  @Test("the digits have only the pooled split")
  func digits() throws {
    let digits = try Dataset.load(DatasetSettings(), from: DataSearchPath(candidates: []))
    let split = try Split.make(digits, .pooled, classes: [0], seed: 0)
    #expect(sizes(split) == [1295, 324, 178])
    expectProblem(.usage, at: "digits", "no official train and test part") { () throws(Problem) in
      _ = try Split.make(digits, .official, classes: [0], seed: 0)
    }
  }
}
