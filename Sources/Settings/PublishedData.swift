/// Facts that identify a data set as its authors published it.
public struct PublishedData: Sendable, Equatable {
  /// Images of each class in the official train part, by label.
  public let trainCounts: [Int]
  /// Images of each class in the official test part, by label.
  public let testCounts: [Int]
  /// Fingerprints of all images (`Dataset.fingerprint`), by the side to which images are resized.
  public let fingerprints: [Int: String]

  /// The facts for a published data set; nil for the digits, which are part of the program, image folders, arrays, and data
  /// sets whose fingerprints are unknown.
  public static func of(_ name: DatasetName) -> PublishedData? {
    switch name {
    case .mnist: mnist
    case .fashionMNIST: fashionMNIST
    case .cifar10: cifar10
    case .kmnist, .qmnist, .emnistLetters, .emnistDigits, .emnistBalanced, .cifar100, .cifar100Coarse, .svhn,
      .digits, .folder, .arrays:
      nil
    }
  }

  /// How a data set differs from the published one of that name, as the end of a sentence; nil if it does not, or if
  /// nothing is known of the published one.
  public static func deviation(of name: DatasetName, side: Int, fingerprint: String) -> String? {
    guard let published = of(name), published.fingerprints[side] != fingerprint else { return nil }
    return "their content differs from the published \(name.rawValue)"
  }

  /// The same, using the images' labels to say more precisely what differs.
  ///
  /// - Parameter trainCount: how many of `labels`, from the start, belong to the official train part.
  public static func deviation(
    of name: DatasetName, side: Int, fingerprint: String, labels: [Int], trainCount: Int
  ) -> String? {
    guard let published = of(name), published.fingerprints[side] != fingerprint else { return nil }
    let parts = [
      ("train", labels[..<trainCount], published.trainCounts),
      ("test", labels[trainCount...], published.testCounts),
    ]
    for (part, labels, counts) in parts {
      let expected = counts.reduce(0, +)
      if labels.count != expected {
        return "their \(part) part has \(labels.count) images, the published \(name.rawValue)'s \(expected)"
      }
      var found = counts.map { _ in 0 }
      for label in labels { found[label] += 1 }
      if let label = counts.indices.first(where: { found[$0] != counts[$0] }) {
        let title = name.classNames?[label] ?? "\(label)"
        return "their \(part) part has \(found[label]) images of the class '\(title)', the published "
          + "\(name.rawValue)'s \(counts[label])"
      }
    }
    return deviation(of: name, side: side, fingerprint: fingerprint)
  }

  private static let mnist = PublishedData(
    trainCounts: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    testCounts: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    fingerprints: [
      32: "d51bf3ede09568b8b0e2f3d073fe90d7809675a55f2ddb11497b4527866661e7",
      64: "e068f883824a3fd2825c567b03183d4490bd5d4d83667456bacc91c8cd601577",
      128: "ddc71addc5db2b7f620098c1a9bbc135bee29e299ad9d77b169cfad1ad255e95",
      256: "e4a785b24bc272b420935371a0b18e6d2c00c9aa0ed0d35aeb678b1938b8fa61",
    ])

  private static let fashionMNIST = PublishedData(
    trainCounts: [Int](repeating: 6000, count: 10), testCounts: [Int](repeating: 1000, count: 10),
    fingerprints: [
      32: "87f2a42c07cd812d9397d1db19131fd9f185da8bd676eea92478979e4fb98411",
      64: "6f83397f648303fd03a665a16742efd930989ada3778ff77aaf29b7b7eb0e005",
      128: "29297141a4bcf88b0f12bd80a22a8be68f49fbe8842b3f39188f10bc23edab57",
      256: "ac069f65d5c2aef39fb0d4c6c20eb917239c7acc1e76e9a92ee07c9cc0d2a1ab",
    ])

  private static let cifar10 = PublishedData(
    trainCounts: [Int](repeating: 5000, count: 10), testCounts: [Int](repeating: 1000, count: 10),
    fingerprints: [
      32: "59fccdd12605ff6eafc175cada569af777f0730a0a3a232188ffe57f41b09966",
      64: "99153f384bb18dafad80157b68cd0320026b946a31cc90bf25d109242cf9b706",
      128: "90174386fe1e39ee27bc843ac1b72f672fd2976cc3f7ea76617db1fb33a887f7",
      256: "e53e3357a89bfc1e0bf8ce3368118062fdc036527a243a3c77b3d77f8268dda2",
    ])
}
