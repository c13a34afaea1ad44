import Diagnostics
import Images
import Settings

/// Raw pixel statistics: the simplest baseline, which reveals when a task is easier than it looks.
///
/// The statistics are the mean intensity and total variation of an image's bytes. Each score is the distance from the
/// training images' mean in standard deviations, so too much and too little are equally anomalous. If the training
/// images have no deviation, the distance is in the statistic's own units.
typealias PixelStatistics = FittedDetector<PixelStatisticsModel>

extension PixelStatisticsSettings: DetectorMaking { typealias Detector = PixelStatistics }

struct PixelStatisticsModel: FittedModel {
  /// A statistic's mean and standard deviation over the training images.
  private struct Reference {
    var mean: Float
    var deviation: Float
  }

  /// One per statistic, in order.
  private let references: [Reference]

  init(fitting images: ImageSelection, _ setup: DetectorSetup<PixelStatisticsSettings>) {
    references = Statistic.allCases.map { statistic in
      let values = statistic.values(of: images)
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      return Reference(mean: Float(mean), deviation: variance > 0 ? Float(variance.squareRoot()) : 1)
    }
  }

  init(_ tensors: StoredTensors, _ setup: DetectorSetup<PixelStatisticsSettings>) throws(Problem) {
    var loaded: [Reference] = []
    for statistic in Statistic.allCases {
      let values = try tensors.values(statistic.rawValue, shape: [2])
      guard values[1] > 0 else {
        throw Problem(.badData, at: statistic.rawValue, "a deviation of \(values[1]) is not positive")
      }
      loaded.append(Reference(mean: values[0], deviation: values[1]))
    }
    references = loaded
  }

  var tensors: [NamedTensor] {
    zip(Statistic.allCases, references).map { statistic, reference in
      NamedTensor(name: statistic.rawValue, shape: [2], values: [reference.mean, reference.deviation])
    }
  }

  func scores(
    of images: ImageSelection, _ setup: DetectorSetup<PixelStatisticsSettings>
  ) -> [String: [Float]] {
    var scores: [String: [Float]] = [:]
    for (statistic, reference) in zip(Statistic.allCases, references) {
      scores[statistic.rawValue] = statistic.values(of: images).map { value in
        Float(abs(value - Double(reference.mean)) / Double(reference.deviation))
      }
    }
    return scores
  }
}

/// A statistic of an image's bytes; the raw value is its score's name.
private enum Statistic: String, CaseIterable {
  /// The mean of the bytes.
  case meanIntensity = "mean-intensity"
  /// The sum of absolute differences between neighbors in rows and columns, divided by the number of bytes.
  case totalVariation = "total-variation"

  func values(of images: ImageSelection) -> [Double] {
    let shape = images.store.shape
    let bytes = images.store.bytes.span
    return images.indices.map { index in
      let image = bytes.extracting(index * shape.count..<(index + 1) * shape.count)
      let sum =
        switch self {
        case .meanIntensity: Self.sum(image)
        case .totalVariation: Self.variation(image, shape)
        }
      return Double(sum) / Double(shape.count)
    }
  }

  private static func sum(_ image: Span<UInt8>) -> Int {
    var sum = 0
    for place in image.indices { sum += Int(image[place]) }
    return sum
  }

  private static func variation(_ image: Span<UInt8>, _ shape: ImageShape) -> Int {
    var sum = 0
    for row in 0..<shape.channels * shape.height {
      let first = row * shape.width
      for column in first + 1..<first + shape.width {
        sum += abs(Int(image[column]) - Int(image[column - 1]))
      }
      guard row % shape.height > 0 else { continue }
      for column in first..<first + shape.width {
        sum += abs(Int(image[column]) - Int(image[column - shape.width]))
      }
    }
    return sum
  }
}
