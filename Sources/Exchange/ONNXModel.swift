import NeuralNetworks
import ProtocolBuffers

/// A scoring graph as an ONNX model (onnx.ai/onnx/repo-docs/IR.html), in opset 17.
///
/// Input `images`: float32 [batch, channels, height, width] of bytes 0...255. Outputs `scores`: float32 [batch], and
/// where the detector rebuilds images `reconstructions` in the units and the shape of the input. The weights are part
/// of the file.
public struct ONNXModel: Sendable {
  /// The version of the operators, and that of the file format it came with.
  static let (opset, fileVersion) = (17, 8)

  private let graph: ScoringGraph
  private let weights: [String: [Float]]
  private let metadata: [(key: String, value: String)]
  private let producer: (name: String, version: String)

  /// - Parameters:
  ///   - weights: the numbers of the tensors that the graph names, by name.
  ///   - metadata: for whoever has nothing but the file.
  /// - Precondition: no tensor of the graph is missing.
  public init(
    _ graph: ScoringGraph, weights: [String: [Float]], metadata: [(key: String, value: String)],
    producer: (name: String, version: String)
  ) {
    self.graph = graph
    self.weights = weights.merging(graph.constants.map { ($0.name, $0.values) }) { first, _ in first }
    self.metadata = metadata
    self.producer = producer
  }

  /// The file.
  public var bytes: [UInt8] {
    var model = ProtocolBuffer()
    model.add(1, integer: Self.fileVersion)
    model.add(2, string: producer.name)
    model.add(3, string: producer.version)
    var operators = ProtocolBuffer()
    operators.add(1, string: "")
    operators.add(2, integer: Self.opset)
    model.add(7, graphMessage)
    model.add(8, operators)
    for (key, value) in metadata {
      var entry = ProtocolBuffer()
      entry.add(1, string: key)
      entry.add(2, string: value)
      model.add(14, entry)
    }
    return model.bytes
  }

  private var graphMessage: ProtocolBuffer {
    var operators = ONNXOperators()
    for node in graph.nodes { operators.append(node) }
    var message = ProtocolBuffer()
    for node in operators.nodes { message.add(1, node) }
    message.add(2, string: "scoring")
    for tensor in graph.tensors {
      guard let values = weights[tensor.name] else { preconditionFailure("no weights \(tensor.name)") }
      message.add(5, ONNXTensor.floats(tensor.name, shape: tensor.shape, values))
    }
    for tensor in operators.initializers { message.add(5, tensor) }
    message.add(11, Self.description(of: graph.input))
    message.add(12, Self.description(of: graph.scores))
    if let reconstructions = graph.reconstructions {
      message.add(12, Self.description(of: reconstructions))
    }
    return message
  }

  /// Name, type and dimensions of an input or output; the first dimension is open.
  private static func description(of value: GraphValue) -> ProtocolBuffer {
    var shape = ProtocolBuffer()
    var batch = ProtocolBuffer()
    batch.add(2, string: "batch")
    shape.add(1, batch)
    for size in value.shape {
      var dimension = ProtocolBuffer()
      dimension.add(1, integer: size)
      shape.add(1, dimension)
    }
    var tensor = ProtocolBuffer()
    tensor.add(1, integer: ONNXTensor.float)
    tensor.add(2, shape)
    var type = ProtocolBuffer()
    type.add(1, tensor)
    var description = ProtocolBuffer()
    description.add(1, string: value.name)
    description.add(2, type)
    return description
  }
}

/// Tensors as ONNX holds them.
enum ONNXTensor {
  /// Numbers of types in ONNX.
  static let (float, integer) = (1, 7)

  static func floats(_ name: String, shape: [Int], _ values: [Float]) -> ProtocolBuffer {
    var raw: [UInt8] = []
    raw.appendLittleEndian(values)
    return tensor(name, float, shape, raw)
  }

  static func integers(_ name: String, _ values: [Int]) -> ProtocolBuffer {
    tensor(name, integer, [values.count], values.flatMap { Int64($0).littleEndianBytes })
  }

  private static func tensor(_ name: String, _ type: Int, _ shape: [Int], _ raw: [UInt8]) -> ProtocolBuffer {
    var tensor = ProtocolBuffer()
    for size in shape { tensor.add(1, integer: size) }
    tensor.add(2, integer: type)
    tensor.add(8, string: name)
    tensor.add(9, bytes: raw)
    return tensor
  }
}
