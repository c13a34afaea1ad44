import Foundation
import Images
import Kernels
import Settings
import Testing

@testable import Detectors

/// What generate_classical.py wrote: images, and what scikit-learn's detectors say of them.
struct ClassicalFixture: Decodable, Sendable {
  let grid: [Double]
  let cases: [ClassicalCase]
  let forests: Forests

  struct Forests: Decodable, Sendable {
    let train: Data
    let test: Data
    /// Test images that are normal; the others follow.
    let normals: Int
    let aucs: [Double]
    let meanScores: [Double]
    let scoreDeviations: [Double]
  }

  static let shared = Result { () throws -> ClassicalFixture in
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      ClassicalFixture.self, from: Data(contentsOf: folder.appendingPathComponent("classical.json")))
  }
}

/// Training and test images, and scikit-learn's scores.
struct ClassicalCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Machine: Decodable, Sendable {
    let scores: [Double]
    let supportVectors: Int
  }

  let name: String
  let preprocessing: String
  let bandwidth: Double
  let train: Data
  let test: Data
  let components: Int
  let shrinkage: Double
  let pca: [Double]
  let mahalanobis: [Double]
  let neighbours: [Double]
  let density: [Double]
  let componentDensity: [Double]
  let bestBandwidths: [Double]
  let bestComponentBandwidths: [Double]
  let machine: Machine
  let componentMachine: Machine

  var testDescription: String { name }

  var prepared: Preprocessing { Preprocessing(rawValue: preprocessing) ?? .none }

  static let all: [ClassicalCase] = (try? ClassicalFixture.shared.get().cases) ?? []
}

let smallImage = ImageShape(channels: 1, height: 8, width: 8)

/// All images of some bytes, in [−1, 1].
func selection(_ bytes: some Collection<UInt8>, shape: ImageShape = smallImage) -> ImageSelection {
  let store = ImageStore(shape: shape, bytes: Array(bytes))
  return ImageSelection(store, indices: Array(0..<store.count), scale: .symmetric)
}

extension DetectorMaking {
  /// The untrained detector for 8×8 images.
  func detector(threads: Int = 1, seed: UInt64 = 0, image: ImageShape = smallImage) -> any AnomalyDetector {
    makeDetector(image: image, seed: seed, context: ComputeContext(threads: threads), engine: nil)
  }

  /// The headline's scores of `test` after a fit on `train`.
  func scores(
    of test: some Collection<UInt8>, after train: some Collection<UInt8>, threads: Int = 1, seed: UInt64 = 0
  ) throws -> [Double] {
    let detector = detector(threads: threads, seed: seed)
    try detector.train(epoch: 1, on: selection(train))
    return try detector.headline(selection(test), self)
  }
}

extension AnomalyDetector {
  func headline(_ images: ImageSelection, _ settings: some DetectorRecord) throws -> [Double] {
    let scores = score(images, batchNorm: .running, batchSize: 64)
    return try #require(scores.byName[settings.scoreNames(ProtocolSettings())[0]]).map(Double.init)
  }
}
