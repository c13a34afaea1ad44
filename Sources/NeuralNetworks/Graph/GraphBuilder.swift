import Kernels

/// Puts a scoring graph together, operation by operation.
///
/// Every function appends operations and returns the value that the last one gives. Shapes are checked: a misfit is a
/// mistake of whoever describes a detector.
public struct GraphBuilder {
  /// The images, as bytes 0...255.
  public let images: GraphValue
  private var nodes: [GraphNode] = []
  private var constants: [GraphConstant] = []
  private var names: [String: Int]

  /// - Parameter image: channels, height and width of the images.
  public init(image: Shape) {
    images = GraphValue(.computed, "images", shape: [image.channels, image.height, image.width])
    // The names of the results stay free for these.
    names = ["images": 1, "scores": 1, "reconstructions": 1]
  }

  /// The finished graph.
  ///
  /// - Parameters:
  ///   - scores: one number for each image.
  ///   - reconstructions: in the units of the images; nil where there are none.
  public func graph(scores: GraphValue, reconstructions: GraphValue? = nil) -> ScoringGraph {
    precondition(scores.shape.isEmpty, "a score of \(scores.shape)")
    for result in [scores] + (reconstructions.map { [$0] } ?? []) {
      precondition(nodes.contains { $0.output == result }, "no operation gives \(result.name)")
    }
    precondition(
      reconstructions.map { $0.shape == images.shape } ?? true, "reconstructions that are no images")
    var graph = ScoringGraph(input: images, scores: scores)
    graph.constants = constants
    graph.nodes = nodes
    graph.name(scores, "scores")
    graph.scores = GraphValue(.computed, "scores", shape: scores.shape)
    if let reconstructions {
      graph.name(reconstructions, "reconstructions")
      graph.reconstructions = GraphValue(.computed, "reconstructions", shape: reconstructions.shape)
    }
    return graph
  }

  /// A tensor that the graph brings with it.
  public mutating func constant(_ name: String, shape: [Int], _ values: [Float]) -> GraphValue {
    precondition(shape.reduce(1, *) == values.count, "\(values.count) numbers for \(shape)")
    constants.append(GraphConstant(name: name, shape: shape, values: values))
    return .tensor(name, shape: shape)
  }

  /// Appends an operation.
  ///
  /// - Parameter name: of what it gives; another is found where it is taken.
  mutating func append(
    _ operation: GraphOperation, _ inputs: [GraphValue], shape: [Int], name: String
  ) -> GraphValue {
    let count = names[name, default: 0] + 1
    names[name] = count
    let output = GraphValue(.computed, count == 1 ? name : "\(name)_\(count)", shape: shape)
    nodes.append(GraphNode(operation: operation, inputs: inputs, output: output))
    return output
  }
}

extension ScoringGraph {
  fileprivate init(input: GraphValue, scores: GraphValue) {
    self.input = input
    self.scores = scores
  }

  /// Gives a computed value another name.
  fileprivate mutating func name(_ value: GraphValue, _ name: String) {
    func renamed(_ other: GraphValue) -> GraphValue {
      other == value ? GraphValue(.computed, name, shape: value.shape) : other
    }
    nodes = nodes.map {
      GraphNode(operation: $0.operation, inputs: $0.inputs.map(renamed), output: renamed($0.output))
    }
  }
}

// MARK: - Arithmetic

extension GraphBuilder {
  public mutating func add(_ a: GraphValue, _ b: GraphValue, as name: String = "sum") -> GraphValue {
    append(.add, [a, b], shape: Self.matched(a, b), name: name)
  }

  public mutating func subtract(
    _ a: GraphValue, _ b: GraphValue, as name: String = "difference"
  ) -> GraphValue {
    append(.subtract, [a, b], shape: Self.matched(a, b), name: name)
  }

  public mutating func multiply(_ a: GraphValue, _ b: GraphValue, as name: String = "product") -> GraphValue {
    append(.multiply, [a, b], shape: Self.matched(a, b), name: name)
  }

  public mutating func divide(_ a: GraphValue, _ b: GraphValue, as name: String = "quotient") -> GraphValue {
    append(.divide, [a, b], shape: Self.matched(a, b), name: name)
  }

  public mutating func exponential(_ x: GraphValue) -> GraphValue {
    append(.exponential, [x], shape: x.shape, name: "exponential")
  }

  public mutating func logarithm(_ x: GraphValue) -> GraphValue {
    append(.logarithm, [x], shape: x.shape, name: "logarithm")
  }

  public mutating func softplus(_ x: GraphValue) -> GraphValue {
    append(.softplus, [x], shape: x.shape, name: "softplus")
  }

  public mutating func absolute(_ x: GraphValue) -> GraphValue {
    append(.absolute, [x], shape: x.shape, name: "absolute")
  }

  public mutating func clip(_ x: GraphValue, _ lower: Float, _ upper: Float) -> GraphValue {
    append(.clip(lower, upper), [x], shape: x.shape, name: "clipped")
  }

  public mutating func apply(_ activation: Activation, to x: GraphValue, as name: String = "activation")
    -> GraphValue
  {
    activation == .identity ? x : append(.activation(activation), [x], shape: x.shape, name: name)
  }

  public mutating func square(_ x: GraphValue) -> GraphValue { multiply(x, x, as: "square") }

  /// Over all numbers of an image.
  public mutating func sum(_ x: GraphValue) -> GraphValue { append(.sum, [x], shape: [], name: "total") }

  /// Over all numbers of an image.
  public mutating func mean(_ x: GraphValue, keepsDimensions: Bool = false) -> GraphValue {
    let shape = keepsDimensions ? x.shape.map { _ in 1 } : []
    return append(.mean(keepsDimensions: keepsDimensions), [x], shape: shape, name: "mean")
  }

  /// Over all numbers of an image, to as many dimensions of size 1.
  public mutating func maximum(_ x: GraphValue) -> GraphValue {
    append(.maximum, [x], shape: x.shape.map { _ in 1 }, name: "maximum")
  }

  /// The dimensions of what an operation on two values gives, as numpy finds them.
  private static func matched(_ a: GraphValue, _ b: GraphValue) -> [Int] {
    let rank = max(a.shape.count, b.shape.count)
    func padded(_ shape: [Int]) -> [Int] { Array(repeating: 1, count: rank - shape.count) + shape }
    return zip(padded(a.shape), padded(b.shape)).map { first, second in
      precondition(first == second || first == 1 || second == 1, "\(a.shape) and \(b.shape) do not match")
      return max(first, second)
    }
  }
}

// MARK: - Shapes

extension GraphBuilder {
  /// - Returns: `x` itself where it has that shape.
  public mutating func reshape(_ x: GraphValue, to shape: [Int]) -> GraphValue {
    x.shape == shape ? x : append(.reshape(shape), [x], shape: shape, name: "reshaped")
  }

  /// All numbers of an image in a row.
  public mutating func flatten(_ x: GraphValue) -> GraphValue { reshape(x, to: [x.count]) }

  public mutating func concatenate(_ a: GraphValue, _ b: GraphValue) -> GraphValue {
    precondition(a.shape.dropFirst() == b.shape.dropFirst(), "\(a.shape) and \(b.shape) cannot be joined")
    return append(
      .concatenate, [a, b], shape: [a.shape[0] + b.shape[0]] + a.shape.dropFirst(), name: "joined")
  }

  public mutating func slice(_ x: GraphValue, _ range: Range<Int>) -> GraphValue {
    precondition(range.upperBound <= x.shape[0], "\(range) of \(x.shape)")
    return append(.slice(range), [x], shape: [range.count] + x.shape.dropFirst(), name: "part")
  }

  public mutating func maxPool(_ x: GraphValue) -> GraphValue {
    append(.maxPool, [x], shape: [x.shape[0], x.shape[1] / 2, x.shape[2] / 2], name: "pooled")
  }

  public mutating func upSample(_ x: GraphValue) -> GraphValue {
    append(.upSample, [x], shape: [x.shape[0], x.shape[1] * 2, x.shape[2] * 2], name: "upsampled")
  }
}
