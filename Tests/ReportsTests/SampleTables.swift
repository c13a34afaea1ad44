import Reports

extension RenderedTable {
  /// For a terminal of `width` columns, without bold.
  func text(width: Int = 80) -> String { text(width: width, bold: false) }
}

extension AUCTable {
  /// The paper's Figure 4a for GANomaly, as if from one seed.
  static let paper = AUCTable(
    title: "MNIST, digit held out", detectors: ["GANomaly"], heldOut: (0...9).map(String.init), seeds: [0],
    values: [[0.881, 0.661, 0.951, 0.796, 0.809, 0.868, 0.859, 0.671, 0.653, 0.533].map { [$0] }],
    notes: ["last epoch"])

  /// One detector, three seeds, one value missing and one not finite.
  static let gaps = AUCTable(
    title: "CIFAR-10", detectors: ["GANomaly"], heldOut: ["bird", "car", "truck"], seeds: [0, 1, 2],
    values: [[[0.5, 0.52, 0.54], [0.625, nil, 0.635], [1, .nan, nil]]])

  /// The same, where one of the missing values is of a run that failed.
  static let withFailure = AUCTable(
    title: "CIFAR-10", detectors: ["GANomaly"], heldOut: ["bird", "car", "truck"], seeds: [0, 1, 2],
    values: gaps.values, failures: [Failure(detector: 0, heldOut: [2], seed: 2, cause: "it diverged")])

  /// Two detectors, two seeds, complete.
  static let two = AUCTable(
    title: "CIFAR-10", detectors: ["GANomaly", "Autoencoder"], heldOut: ["bird", "car", "truck"],
    seeds: [3, 4],
    values: [[[0.5, 0.52], [0.6, 0.6], [0.7, 0.74]], [[0.4, 0.4], [1, 1], [0.031, 0.029]]])

  /// Names that every format has to protect.
  static let awkward = AUCTable(
    title: "50 % of {all} #1_a", metric: "AU|ROC", detectors: [#"a "b", c"#, "line\r\nbreak"],
    heldOut: ["飞机", "x|y & <z>", #"[\]*"#], seeds: [7],
    values: [[[0.5], [0.25], [1]], [[nil], [0.125], [1.0 / 3]]])
}
