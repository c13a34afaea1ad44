import Diagnostics
import Foundation
import Images
import Kernels
import Randomness
import Settings

/// The isolation forest (Liu, Ting and Zhou 2008): images that random cuts separate early from the rest are anomalous.
///
/// Each of t trees isolates ψ images by cutting random pixels at random values. With h̄(x) the mean path length of an
/// image over the trees, and c(ψ) the expected path length (equation 1), the score is 2^(−h̄(x)/c(ψ)) (equation 2):
/// close to 1 for anomalies, below ½ for images among many similar ones.
typealias IsolationForest = FittedDetector<IsolationForestModel>

extension IsolationForestSettings: DetectorMaking { typealias Detector = IsolationForest }

struct IsolationForestModel: FittedModel {
  private let preparation: ImagePreparation
  private var trees: [IsolationTree] = []
  /// The training images, until all trees are grown.
  private var rows: PreparedImages?
  /// ψ.
  private let samples: Int

  init(fitting images: ImageSelection, _ setup: DetectorSetup<IsolationForestSettings>) {
    preparation = ImagePreparation(fitting: images, setup.settings.preprocessing, context: setup.context)
    samples = min(setup.settings.samples, images.count)
    rows = preparation.rows(of: images, context: setup.context)
  }

  /// Grows up to eight more trees per thread.
  mutating func continueFit(
    to images: ImageSelection, _ setup: DetectorSetup<IsolationForestSettings>
  ) -> Bool {
    guard let rows else { return true }
    let (samples, context) = (samples, setup.context)
    let first = trees.count
    let wanted = min(8 * context.threads, setup.settings.trees - first)
    trees += context.map(wanted, scratch: samples * rows.dimension) { item, pixels in
      var stream = RandomStream(seed: setup.seed, name: "isolation forest/tree \(first + item)")
      rows.write(stream.nextSample(of: samples, from: rows.count), to: &pixels)
      return IsolationTree(
        isolating: pixels.span, count: samples, dimension: rows.dimension, stream: &stream)
    }
    guard trees.count == setup.settings.trees else { return false }
    self.rows = nil
    return true
  }

  func scores(
    of images: ImageSelection, _ setup: DetectorSetup<IsolationForestSettings>
  ) -> [String: [Float]] {
    let rows = preparation.rows(of: images, context: setup.context)
    let mean = IsolationTree.meanPathLength(of: samples) * Double(trees.count)
    let scores = rows.map(context: setup.context) { image in
      let length = trees.reduce(0.0) { $0 + Double($1.pathLength(of: image)) }
      return Float(exp2(-length / mean))
    }
    return ["isolation": scores]
  }

  // MARK: - Storage

  var tensors: [NamedTensor] {
    let nodes = trees.flatMap(\.nodes)
    func tensor(_ name: String, _ values: [Float]) -> NamedTensor {
      NamedTensor(name: name, shape: [values.count], values: values)
    }
    return preparation.tensors + [
      tensor("samples", [Float(samples)]),
      tensor("trees.nodes", trees.map { Float($0.nodes.count) }),
      tensor("nodes.pixel", nodes.map { Float($0.pixel) }),
      tensor("nodes.threshold", nodes.map(\.threshold)),
      tensor("nodes.below", nodes.map { Float($0.below) }),
      tensor("nodes.above", nodes.map { Float($0.above) }),
      tensor("nodes.path_length", nodes.map(\.pathLength)),
    ]
  }

  init(_ tensors: StoredTensors, _ setup: DetectorSetup<IsolationForestSettings>) throws(Problem) {
    let (settings, image) = (setup.settings, setup.image)
    samples = try tensors.integers("samples", shape: [1], in: 2...settings.samples)[0]
    // A tree that isolates ψ images has at most 2ψ − 1 nodes.
    let counts = try tensors.integers("trees.nodes", shape: [settings.trees], in: 1...2 * samples - 1)
    let total = [counts.reduce(0, +)]
    let pixels = try tensors.integers("nodes.pixel", shape: total, in: 0...image.count - 1)
    let thresholds = try tensors.values("nodes.threshold", shape: total)
    let below = try tensors.integers("nodes.below", shape: total, in: 0...2 * samples)
    let above = try tensors.integers("nodes.above", shape: total, in: 0...2 * samples)
    let lengths = try tensors.values("nodes.path_length", shape: total)
    var first = 0
    for count in counts {
      let tree = IsolationTree(
        nodes: (first..<first + count).map { node in
          IsolationTree.Node(
            pixel: UInt32(pixels[node]), threshold: thresholds[node], below: UInt32(below[node]),
            above: UInt32(above[node]), pathLength: lengths[node])
        })
      guard tree.isWellFormed else {
        throw Problem(.badData, at: "nodes.below", "tree \(trees.count) is not a tree")
      }
      trees.append(tree)
      first += count
    }
    preparation = try ImagePreparation(tensors, settings.preprocessing)
  }
}
