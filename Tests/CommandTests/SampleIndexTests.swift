import HDF5
import Testing

@Suite("The samples in a result file")
struct SampleIndexTests {
  /// Eight images of the official train part and four of the test part; digit 0 is at positions 2 and 10, and ten
  /// normals are left: as many as numpy's shuffles below are of.
  private static let labels: [[UInt8]] = [[1, 2, 0, 3, 4, 5, 6, 7], [8, 9, 0, 1]]
  private static let normals = [0, 1, 3, 4, 5, 6, 7, 8, 9, 11]
  private static let anomalies = [2, 10]

  /// `numpy.random.seed(seed); numpy.random.shuffle(numpy.arange(10))`
  private static let shuffled = [
    [2, 8, 4, 9, 1, 6, 7, 3, 0, 5], [2, 9, 6, 4, 0, 3, 1, 7, 8, 5], [4, 1, 5, 0, 7, 2, 3, 6, 9, 8],
  ]

  private func labels(_ values: [UInt8]) -> [UInt8] { DataFiles.bigEndian([0x801, values.count]) + values }

  /// By seed, the test set's positions in the data set and the number of training images, from the run files.
  private func samples(preset: String) throws -> [Int: (index: [Int], training: Int)] {
    try withWorkplace { workplace in
      try workplace.layOutMNIST([
        Workplace.mnistFiles[0]: DataFiles.images(8), Workplace.mnistFiles[1]: labels(Self.labels[0]),
        Workplace.mnistFiles[2]: DataFiles.images(4), Workplace.mnistFiles[3]: labels(Self.labels[1]),
      ])
      let spec = """
        preset: \(preset)
        dataset: {name: mnist, side: 32}
        held_out: [0]
        detector: {latent_size: 4, width: 2, epochs: 1, batch_size: 4}
        seeds: [0, 1, 2]

        """
      try workplace.write(spec, to: "split.yaml")
      let outcome = try workplace.run("run", "split.yaml", "--data", "data")
      #expect(outcome.status == 0, "\(outcome.error)")
      var found: [Int: (index: [Int], training: Int)] = [:]
      for name in workplace.files() where name.hasPrefix("results/split/runs/") && name.hasSuffix(".h5") {
        let run = try HDF5File.open(workplace.path(name)).root.openGroup("run")
        let seed = try run.openGroup("settings").attributes.readNumber(Int.self, "seed")
        found[seed] = (
          try run.openDataset("sample_index").read(Int.self).values,
          try run.attributes.readNumber(Int.self, "training_images")
        )
      }
      return found
    }
  }

  @Test("are those that numpy's pooled shuffle leaves under code-2019, for seeds 0 to 2")
  func pooled() throws {
    let samples = try samples(preset: "code-2019")
    #expect(samples.count == 3)
    for (seed, order) in Self.shuffled.enumerated() {
      #expect(samples[seed]?.index == order[8...].map { Self.normals[$0] } + Self.anomalies, "seed \(seed)")
      #expect(samples[seed]?.training == 8)
    }
  }

  @Test("are the official part's normals and all anomalies under code-2018, whatever the seed")
  func official() throws {
    let samples = try samples(preset: "code-2018")
    #expect(samples.count == 3)
    for seed in 0...2 {
      #expect(samples[seed]?.index == [8, 9, 11] + Self.anomalies, "seed \(seed)")
      #expect(samples[seed]?.training == 7)
    }
  }
}
