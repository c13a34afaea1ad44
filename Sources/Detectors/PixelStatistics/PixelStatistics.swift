import Diagnostics
import Images
import Kernels
import Settings

/// Raw pixel statistics: what anyone would try first, and what shows when a task is easier than it looks.
///
/// Two numbers of an image's bytes, its mean intensity and its total variation; the score of each is how far it lies
/// from the training images' mean, in standard deviations, so that too much and too little are anomalous alike. Where
/// the training images have no deviation, in the statistic's own units.
public final class PixelStatistics: FittedAtOnce {
  public var toFit: ImageSelection?
  public var count = 0
  /// A statistic's mean and standard deviation over the training images.
  private struct Reference {
    var mean: Float
    var deviation: Float
  }

  public let settings: PixelStatisticsSettings
  private let image: ImageShape
  private var references: [Reference]?

  public init(image: ImageShape, settings: PixelStatisticsSettings) {
    self.settings = settings
    self.image = image
  }

  public func fit(on images: ImageSelection) throws(Problem) {
    references = Statistic.allCases.map { statistic in
      let values = statistic.values(of: images)
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      return Reference(mean: Float(mean), deviation: variance > 0 ? Float(variance.squareRoot()) : 1)
    }
  }

  public func scores(of images: ImageSelection) -> [String: [Float]] {
    var scores: [String: [Float]] = [:]
    for (statistic, reference) in zip(Statistic.allCases, fitted(references)) {
      scores[statistic.rawValue] = statistic.values(of: images).map { value in
        Float(abs(value - Double(reference.mean)) / Double(reference.deviation))
      }
    }
    return scores
  }

  public var weights: [NamedTensor] {
    guard let references else { return [] }
    return zip(Statistic.allCases, references).map { statistic, reference in
      NamedTensor(name: statistic.rawValue, shape: [2], values: [reference.mean, reference.deviation])
    }
  }

  public func load(weights: [NamedTensor]) throws(Problem) {
    let tensors = StoredTensors(weights)
    var loaded: [Reference] = []
    for statistic in Statistic.allCases {
      let values = try tensors.values(statistic.rawValue, shape: [2])
      guard values[1] > 0 else {
        throw Problem(.badData, at: statistic.rawValue, "a deviation of \(values[1]) is not positive")
      }
      loaded.append(Reference(mean: values[0], deviation: values[1]))
    }
    try tensors.requireAllTaken()
    references = loaded
  }
}

/// A number that an image's bytes have; by the name of its score.
private enum Statistic: String, CaseIterable {
  /// The mean of the bytes.
  case meanIntensity = "mean-intensity"
  /// The sum of the absolute differences between neighbours in rows and columns, for each byte.
  case totalVariation = "total-variation"

  func values(of images: ImageSelection) -> [Double] {
    let shape = images.store.shape
    return images.store.bytes.withUnsafeBufferPointer { bytes in
      images.indices.map { index in
        let image = UnsafeBufferPointer(rebasing: bytes[index * shape.count..<(index + 1) * shape.count])
        let sum =
          switch self {
          case .meanIntensity: Self.sum(image)
          case .totalVariation: Self.variation(image, shape)
          }
        return Double(sum) / Double(shape.count)
      }
    }
  }

  private static func sum(_ image: UnsafeBufferPointer<UInt8>) -> Int {
    var sum = 0
    for byte in image { sum += Int(byte) }
    return sum
  }

  private static func variation(_ image: UnsafeBufferPointer<UInt8>, _ shape: ImageShape) -> Int {
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

extension PixelStatisticsSettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    PixelStatistics(image: image, settings: self)
  }
}
