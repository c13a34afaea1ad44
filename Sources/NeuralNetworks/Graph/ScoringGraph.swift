import Kernels

/// How a trained detector turns images into scores, as a list of named operations: all that another program needs to
/// repeat it, whatever it is written in.
///
/// It holds shapes and the names of weights, not the weights. Operations stand in an order in which each one's inputs
/// are computed before it.
public struct ScoringGraph: Sendable, Equatable {
  /// Images as bytes 0...255, in float32: channels, height, width.
  public let input: GraphValue
  public internal(set) var nodes: [GraphNode] = []
  /// Tensors that belong to the scoring and are no weights, such as the noise of a variational autoencoder's draws.
  public internal(set) var constants: [GraphConstant] = []
  /// One number for each image.
  public internal(set) var scores: GraphValue
  /// The images as the detector rebuilds them, in the units of the input, within 0...255 and not rounded; nil where
  /// the detector rebuilds none.
  public internal(set) var reconstructions: GraphValue?

  /// The tensors that the operations use, weights and constants, each once, in the order of their first use.
  public var tensors: [GraphValue] {
    var seen: Set<String> = []
    return nodes.flatMap(\.inputs).filter { value in
      value.kind == .tensor && seen.insert(value.name).inserted
    }
  }
}

/// What an operation takes or gives.
public struct GraphValue: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Depends on the images; the first dimension, which `shape` leaves out, counts them.
    case computed
    /// A named tensor, the same for all images.
    case tensor
    case scalar(Float)
  }

  public let kind: Kind
  /// Empty for a scalar.
  public let name: String
  /// Without the dimension that counts the images.
  public let shape: [Int]

  init(_ kind: Kind, _ name: String, shape: [Int]) {
    self.kind = kind
    self.name = name
    self.shape = shape
  }

  /// A tensor that the graph names and does not hold.
  public static func tensor(_ name: String, shape: [Int]) -> GraphValue {
    GraphValue(.tensor, name, shape: shape)
  }

  public static func scalar(_ value: Float) -> GraphValue { GraphValue(.scalar(value), "", shape: []) }

  /// Numbers of one image.
  public var count: Int { shape.reduce(1, *) }
}

/// An operation with what it takes and the one value that it gives.
public struct GraphNode: Hashable, Sendable {
  public let operation: GraphOperation
  public let inputs: [GraphValue]
  public let output: GraphValue
}

/// A tensor that a graph brings with it.
public struct GraphConstant: Hashable, Sendable {
  public let name: String
  public let shape: [Int]
  public let values: [Float]
}

/// Operations on batches in torch's layout: images, then channels, rows and columns.
public enum GraphOperation: Hashable, Sendable {
  /// Of an input, a weight [to, from, kernel, kernel] and perhaps a bias.
  case convolution(kernel: Int, stride: Int, padding: Padding)
  /// Of an input, a weight [from, to, kernel, kernel] and perhaps a bias.
  case transposedConvolution(kernel: Int, stride: Int, padding: Padding)
  /// Of an input, scale and shift where they are learnt, mean and variance: each a number for each channel.
  case batchNormalization(epsilon: Double)
  /// f of each number.
  case activation(Activation)
  case exponential
  /// The natural logarithm.
  case logarithm
  /// log(1 + eˣ)
  case softplus
  case absolute
  /// Numbers outside of the bounds become the nearer one.
  case clip(Float, Float)
  /// Of two inputs; dimensions are matched as numpy does, from the last one on.
  case add, subtract, multiply, divide
  /// To other dimensions, of which the first, counting images, follows from the rest.
  case reshape([Int])
  /// Inputs one after the other in the first dimension after that of the images.
  case concatenate
  /// A part of the first dimension after that of the images.
  case slice(Range<Int>)
  /// The largest of each 2×2 pixels.
  case maxPool
  /// Each pixel becomes 2×2.
  case upSample
  /// Over all numbers of an image: to one number, or, where dimensions are kept, to as many dimensions of size 1.
  case sum
  case mean(keepsDimensions: Bool)
  /// As `mean` that keeps dimensions.
  case maximum
}
