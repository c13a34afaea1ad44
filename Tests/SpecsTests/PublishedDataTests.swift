import Settings
import Testing

@Suite("What is known of the published data sets")
struct PublishedDataTests {
  private static let mnistTrain = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
  private static let mnistTest = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]

  private func labels(_ counts: [Int]) -> [Int] {
    counts.enumerated().flatMap { Array(repeating: $0, count: $1) }
  }

  @Test("is complete: every class, every side, and nothing of what is not published")
  func complete() throws {
    for (name, train, test) in [
      (DatasetName.mnist, 60_000, 10_000), (.fashionMNIST, 60_000, 10_000), (.cifar10, 50_000, 10_000),
    ] {
      let published = try #require(PublishedData.of(name))
      #expect(published.trainCounts.count == 10 && published.testCounts.count == 10)
      #expect(published.trainCounts.reduce(0, +) == train)
      #expect(published.testCounts.reduce(0, +) == test)
      #expect(Set(published.fingerprints.keys) == [32, 64, 128, 256])
      #expect(Set(published.fingerprints.values).count == 4)
      #expect(published.fingerprints.values.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{64}/) != nil })
    }
    #expect(PublishedData.of(.digits) == nil && PublishedData.of(.folder) == nil)
    // Unknown fingerprints make no data set deviate.
    #expect(PublishedData.of(.kmnist) == nil)
    #expect(PublishedData.deviation(of: .kmnist, side: 32, fingerprint: "any") == nil)
  }

  @Test("tells other data by the size of a part, by a class, or by their content")
  func deviation() throws {
    let right = try #require(PublishedData.of(.mnist)?.fingerprints[32])
    func deviation(_ train: [Int], _ test: [Int], _ fingerprint: String = "other") -> String? {
      PublishedData.deviation(
        of: .mnist, side: 32, fingerprint: fingerprint, labels: labels(train) + labels(test),
        trainCount: train.reduce(0, +))
    }
    #expect(deviation(Self.mnistTrain, Self.mnistTest, right) == nil)
    #expect(deviation([250], [250]) == "their train part has 250 images, the published mnist's 60000")
    #expect(
      deviation(Self.mnistTrain, [1, 1]) == "their test part has 2 images, the published mnist's 10000")
    var shifted = Self.mnistTrain
    shifted[3] += 1
    shifted[4] -= 1
    #expect(
      deviation(shifted, Self.mnistTest)
        == "their train part has 6132 images of the class '3', the published mnist's 6131")
    #expect(
      deviation(Self.mnistTrain, Self.mnistTest)
        == "their content differs from the published mnist")
    #expect(PublishedData.deviation(of: .digits, side: 32, fingerprint: "other") == nil)
    #expect(PublishedData.deviation(of: .mnist, side: 64, fingerprint: right) != nil, "of another side")
  }
}
