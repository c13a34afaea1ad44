import Foundation
import Specs

/// A small image data set called `parts`: gray squares of 40×36, the anomalies with a bright or a dark spot.
struct TinyImageFolder {
  /// The files in the order of the data set: training normals, test normals, dents, scratches.
  let files: [String]

  static let trainCount = 12
  static let classCounts = [("train/normal", 12), ("test/normal", 6), ("test/dent", 5), ("test/scratch", 4)]

  init(in folder: String) throws {
    var files: [String] = []
    for (position, (name, count)) in Self.classCounts.enumerated() {
      for index in 0..<count {
        let path = "\(folder)/parts/\(name)/\(index).png"
        try write(Self.image(position * 100 + index, spot: [0, 0, 255, 10][position]), to: path)
        files.append(path)
      }
    }
    self.files = files
  }

  /// A waving surface, another for each `number`; with a spot unless that is 0.
  private static func image(_ number: Int, spot: UInt8) -> [UInt8] {
    let (height, width) = (40, 36)
    let pixels = (0..<height * width).map { pixel -> UInt8 in
      let (y, x) = (pixel / width, pixel % width)
      if spot > 0, abs(y - 12 - number % 7) < 5, abs(x - 18) < 4 + number % 5 { return spot }
      return UInt8(120 + 60 * sin(Double(x + number) / 5) * cos(Double(y - number) / 7))
    }
    return png(pixels, height: height, width: width)
  }

  static func experiment() throws -> Experiment {
    let text = """
      dataset: {name: folder, folder: parts, channels: 1}
      detector: {name: ganomaly, width: 2, latent_size: 4, epochs: 2, batch_size: 4}
      protocol: {split: official}
      seeds: [0]
      """
    return try Experiment.parse(text: text, path: "experiments/tiny.yaml")
  }
}
