import Foundation
import Randomness

/// One tree of an isolation forest; node 0 is its root.
struct IsolationTree: Equatable {
  struct Node: Equatable {
    /// If this pixel is at most the threshold, the path continues at node `below`, else at `above`.
    var pixel: UInt32 = 0
    var threshold: Float = 0
    /// The children; both 0 in a leaf.
    var below: UInt32 = 0
    var above: UInt32 = 0
    /// In a leaf, its depth plus the mean path length of a tree of the images left in it.
    var pathLength: Float = 0

    var isLeaf: Bool { below == 0 }
  }

  private(set) var nodes: [Node]

  init(nodes: [Node]) { self.nodes = nodes }

  /// Cuts until an image is alone, all images are equal, or the depth is ⌈log₂ ψ⌉ (algorithm 2 of the paper).
  ///
  /// A pixel in which a node's images are all equal cannot cut; another one is drawn, as in scikit-learn.
  ///
  /// - Parameters:
  ///   - images: `count × dimension`.
  ///   - stream: the source of the random cuts.
  init(isolating images: Span<Float>, count: Int, dimension: Int, stream: inout RandomStream) {
    nodes = [Node()]
    let deepest = Int(log2(Double(max(2, count))).rounded(.up))
    var pixels = Array(0..<dimension)
    var members = Array(0..<count)
    var open = [(node: 0, members: 0..<count, depth: 0)]
    while let (node, range, depth) = open.popLast() {
      let cut =
        range.count > 1 && depth < deepest
        ? Self.cut(images, members[range], dimension, &pixels, &stream) : nil
      guard let (pixel, threshold) = cut else {
        nodes[node].pathLength = Float(Double(depth) + Self.meanPathLength(of: range.count))
        continue
      }
      let middle = members[range].partition { images[$0 * dimension + pixel] > threshold }
      let children = nodes.count
      nodes += [Node(), Node()]
      nodes[node].pixel = UInt32(pixel)
      nodes[node].threshold = threshold
      nodes[node].below = UInt32(children)
      nodes[node].above = UInt32(children + 1)
      open.append((children + 1, middle..<range.upperBound, depth + 1))
      open.append((children, range.lowerBound..<middle, depth + 1))
    }
  }

  /// A random pixel in which the images differ, and a uniformly random value between its extremes; nil if they are
  /// equal.
  private static func cut(
    _ images: Span<Float>, _ members: ArraySlice<Int>, _ dimension: Int, _ pixels: inout [Int],
    _ stream: inout RandomStream
  ) -> (pixel: Int, threshold: Float)? {
    for place in 0..<dimension {
      pixels.swapAt(place, place + stream.nextIndex(below: dimension - place))
      let pixel = pixels[place]
      var (lowest, highest) = (Float.infinity, -Float.infinity)
      for member in members {
        let value = images[member * dimension + pixel]
        lowest = min(lowest, value)
        highest = max(highest, value)
      }
      guard lowest < highest else { continue }
      let threshold = lowest + Float(stream.nextUniform()) * (highest - lowest)
      // Rounding must not leave one side empty.
      return (pixel, threshold < highest ? threshold : lowest)
    }
    return nil
  }

  /// The length of an image's path.
  func pathLength(of image: Span<Float>) -> Float {
    let nodes = nodes.span
    var node = 0
    while !nodes[node].isLeaf {
      let current = nodes[node]
      node = Int(image[Int(current.pixel)] <= current.threshold ? current.below : current.above)
    }
    return nodes[node].pathLength
  }

  /// c(n), the mean length of an unsuccessful search in a binary search tree of n: 2H(n − 1) − 2(n − 1)/n, with the
  /// harmonic number H(i) approximated by ln i + γ; c(2) = 1, c(1) = 0.
  static func meanPathLength(of count: Int) -> Double {
    switch count {
    case ...1: return 0
    case 2: return 1
    default:
      let n = Double(count)
      return 2 * (log(n - 1) + 0.577_215_664_901_532_9) - 2 * (n - 1) / n
    }
  }

  /// Whether every path terminates: children come after their parents.
  var isWellFormed: Bool {
    nodes.indices.allSatisfy { index in
      let node = nodes[index]
      let (below, above) = (Int(node.below), Int(node.above))
      return below == 0 && above == 0
        || index < below && below < nodes.count && index < above && above < nodes.count
    }
  }
}
