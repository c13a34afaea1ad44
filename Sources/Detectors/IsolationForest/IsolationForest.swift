import Diagnostics
import Foundation
import Images
import Kernels
import Randomness
import Settings

/// The isolation forest (Liu, Ting and Zhou 2008): what random cuts separate early from the rest is anomalous.
///
/// Each of t trees isolates ψ images by cuts at random numbers of random pixels. With the mean h̄(x) over the trees of
/// the length of an image's path, the score is 2^(−h̄(x)/c(ψ)) (equation 2), c(ψ) being the mean length of a path
/// (equation 1): near 1 for anomalies, below ½ for what lies among many.
public final class IsolationForest: FittedAtOnce {
  public var toFit: ImageSelection?
  public var count = 0
  /// What the training images left behind.
  private struct Model {
    let preparation: ImagePreparation
    let trees: [IsolationTree]
    /// ψ
    let samples: Int
  }

  public let settings: IsolationForestSettings
  private let image: ImageShape
  private let seed: UInt64
  private let context: ComputeContext
  private var model: Model?

  public init(image: ImageShape, settings: IsolationForestSettings, seed: UInt64, context: ComputeContext) {
    self.settings = settings
    self.image = image
    self.seed = seed
    self.context = context
  }

  public func fit(on images: ImageSelection) throws(Problem) {
    let preparation = ImagePreparation(fitting: images, settings.preprocessing, context: context)
    let rows = preparation.rows(of: images, context: context)
    let samples = min(settings.samples, rows.count)
    var trees = [IsolationTree](repeating: IsolationTree(nodes: []), count: settings.trees)
    trees.withUnsafeMutableBufferPointer { trees in
      let trees = trees
      context.forEach(trees.count, scratch: samples * rows.dimension) { tree, scratch in
        var stream = RandomStream(seed: seed, name: "isolation forest/tree \(tree)")
        for (place, row) in stream.nextSample(of: samples, from: rows.count).enumerated() {
          rows.write(rows: row..<row + 1, to: scratch + place * rows.dimension)
        }
        trees[tree] = IsolationTree(
          isolating: scratch, count: samples, dimension: rows.dimension, stream: &stream)
      }
    }
    model = Model(preparation: preparation, trees: trees, samples: samples)
  }

  public func scores(of images: ImageSelection) -> [String: [Float]] {
    let model = fitted(model)
    let rows = model.preparation.rows(of: images, context: context)
    let mean = IsolationTree.meanPathLength(of: model.samples) * Double(model.trees.count)
    var scores = [Float](repeating: 0, count: images.count)
    scores.withUnsafeMutableBufferPointer { scores in
      let scores = scores
      context.forEach(chunkCount(of: 64, total: rows.count), scratch: 64 * rows.dimension) { item, scratch in
        let range = chunk(item, of: 64, total: rows.count)
        rows.write(rows: range, to: scratch)
        for (place, row) in range.enumerated() {
          let values = scratch + place * rows.dimension
          let length = model.trees.reduce(0.0) { $0 + Double($1.pathLength(of: values)) }
          scores[row] = Float(exp2(-length / mean))
        }
      }
    }
    return ["isolation": scores]
  }

  // MARK: - Stored

  public var weights: [NamedTensor] {
    guard let model else { return [] }
    let nodes = model.trees.flatMap(\.nodes)
    func tensor(_ name: String, _ values: [Float]) -> NamedTensor {
      NamedTensor(name: name, shape: [values.count], values: values)
    }
    return model.preparation.tensors + [
      tensor("samples", [Float(model.samples)]),
      tensor("trees.nodes", model.trees.map { Float($0.nodes.count) }),
      tensor("nodes.pixel", nodes.map { Float($0.pixel) }),
      tensor("nodes.threshold", nodes.map(\.threshold)),
      tensor("nodes.below", nodes.map { Float($0.below) }),
      tensor("nodes.above", nodes.map { Float($0.above) }),
      tensor("nodes.path_length", nodes.map(\.pathLength)),
    ]
  }

  public func load(weights: [NamedTensor]) throws(Problem) {
    let tensors = StoredTensors(weights)
    let samples = try tensors.integers("samples", shape: [1], in: 2...settings.samples)[0]
    // A tree that isolates ψ images has at most 2ψ − 1 nodes.
    let counts = try tensors.integers("trees.nodes", shape: [settings.trees], in: 1...2 * samples - 1)
    let total = [counts.reduce(0, +)]
    let pixels = try tensors.integers("nodes.pixel", shape: total, in: 0...image.count - 1)
    let thresholds = try tensors.values("nodes.threshold", shape: total)
    let below = try tensors.integers("nodes.below", shape: total, in: 0...2 * samples)
    let above = try tensors.integers("nodes.above", shape: total, in: 0...2 * samples)
    let lengths = try tensors.values("nodes.path_length", shape: total)
    var trees: [IsolationTree] = []
    var first = 0
    for count in counts {
      let tree = IsolationTree(
        nodes: (first..<first + count).map { node in
          IsolationTree.Node(
            pixel: Int32(pixels[node]), threshold: thresholds[node], below: Int32(below[node]),
            above: Int32(above[node]), pathLength: lengths[node])
        })
      guard tree.isWellFormed else {
        throw Problem(.badData, at: "nodes.below", "tree \(trees.count) is not a tree")
      }
      trees.append(tree)
      first += count
    }
    let preparation = try ImagePreparation(tensors, settings.preprocessing)
    try tensors.requireAllTaken()
    model = Model(preparation: preparation, trees: trees, samples: samples)
  }
}

extension IsolationForestSettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    IsolationForest(image: image, settings: self, seed: seed, context: context)
  }
}
