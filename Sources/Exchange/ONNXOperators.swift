import NeuralNetworks
import ProtocolBuffers

/// The operations of a graph as nodes of ONNX, with the small tensors that these want beside weights.
struct ONNXOperators {
  private(set) var nodes: [ProtocolBuffer] = []
  private(set) var initializers: [ProtocolBuffer] = []
  /// Names of the initializers.
  private var known: Set<String> = []

  /// An attribute of a node.
  private enum Attribute {
    case float(Float)
    case integer(Int)
    case integers([Int])
    case string(String)
  }

  /// A node before it is written.
  private struct Call {
    var type: String
    var inputs: [String]
    var attributes: [(String, Attribute)]

    init(_ type: String, _ inputs: [String], _ attributes: [(String, Attribute)] = []) {
      self.type = type
      self.inputs = inputs
      self.attributes = attributes
    }
  }

  mutating func append(_ node: GraphNode) {
    nodes.append(Self.message(call(node), output: node.output.name))
  }

  private mutating func call(_ node: GraphNode) -> Call {
    let inputs = node.inputs.map { name(of: $0) }
    switch node.operation {
    case .convolution(let kernel, let stride, let padding):
      return Call("Conv", inputs, Self.window(kernel, stride, padding))
    case .transposedConvolution(let kernel, let stride, let padding):
      return Call("ConvTranspose", inputs, Self.window(kernel, stride, padding))
    case .batchNormalization(let epsilon):
      return Call(
        "BatchNormalization", withAffine(inputs, channels: node.output.shape[0]),
        [("epsilon", .float(Float(epsilon)))])
    case .activation(.identity): return Call("Identity", inputs)
    case .activation(.leakyReLU(let slope)) where slope == 0: return Call("Relu", inputs)
    case .activation(.leakyReLU(let slope)):
      return Call("LeakyRelu", inputs, [("alpha", .float(slope))])
    case .activation(.tanh): return Call("Tanh", inputs)
    case .activation(.sigmoid): return Call("Sigmoid", inputs)
    case .exponential: return Call("Exp", inputs)
    case .logarithm: return Call("Log", inputs)
    case .softplus: return Call("Softplus", inputs)
    case .absolute: return Call("Abs", inputs)
    case .clip(let lower, let upper):
      return Call("Clip", inputs + [scalar(lower), scalar(upper)])
    case .add: return Call("Add", inputs)
    case .subtract: return Call("Sub", inputs)
    case .multiply: return Call("Mul", inputs)
    case .divide: return Call("Div", inputs)
    case .reshape(let shape): return Call("Reshape", inputs + [integers([-1] + shape)])
    case .concatenate: return Call("Concat", inputs, [("axis", .integer(1))])
    case .slice(let range):
      let bounds = [[range.lowerBound], [range.upperBound], [1]].map { integers($0) }
      return Call("Slice", inputs + bounds)
    case .maxPool:
      return Call(
        "MaxPool", inputs, [("kernel_shape", .integers([2, 2])), ("strides", .integers([2, 2]))])
    case .upSample:
      return Call(
        "Resize", inputs + ["", floats("scales", [1, 1, 2, 2])],
        [
          ("mode", .string("nearest")), ("coordinate_transformation_mode", .string("asymmetric")),
          ("nearest_mode", .string("floor")),
        ])
    case .sum:
      let axes = Self.axes(of: node.inputs[0])
      return Call("ReduceSum", inputs + [integers(axes)], [("keepdims", .integer(0))])
    case .mean(let keeps):
      return Call("ReduceMean", inputs, Self.reduction(node.inputs[0], keeps: keeps))
    case .maximum: return Call("ReduceMax", inputs, Self.reduction(node.inputs[0], keeps: true))
    }
  }

  private static func axes(of value: GraphValue) -> [Int] { Array(1..<1 + value.shape.count) }

  private static func reduction(_ value: GraphValue, keeps: Bool) -> [(String, Attribute)] {
    [("axes", .integers(axes(of: value))), ("keepdims", .integer(keeps ? 1 : 0))]
  }

  private static func window(_ kernel: Int, _ stride: Int, _ padding: Padding) -> [(String, Attribute)] {
    [
      ("kernel_shape", .integers([kernel, kernel])), ("strides", .integers([stride, stride])),
      ("pads", .integers([padding.before, padding.before, padding.after, padding.after])),
    ]
  }

  /// The inputs of a batch norm, with scale 1 and shift 0 where it has learnt none.
  private mutating func withAffine(_ inputs: [String], channels: Int) -> [String] {
    guard inputs.count == 3 else { return inputs }
    let scale = floats("ones_\(channels)", [Float](repeating: 1, count: channels))
    let shift = floats("zeros_\(channels)", [Float](repeating: 0, count: channels))
    return [inputs[0], scale, shift] + inputs.dropFirst()
  }

  // MARK: - Small tensors

  private mutating func name(of value: GraphValue) -> String {
    if case .scalar(let number) = value.kind { scalar(number) } else { value.name }
  }

  private mutating func scalar(_ value: Float) -> String {
    initializer("scalar_\(value)") { ONNXTensor.floats($0, shape: [], [value]) }
  }

  private mutating func floats(_ name: String, _ values: [Float]) -> String {
    initializer(name) { ONNXTensor.floats($0, shape: [values.count], values) }
  }

  private mutating func integers(_ values: [Int]) -> String {
    initializer("integers_" + values.map(String.init).joined(separator: "_")) {
      ONNXTensor.integers($0, values)
    }
  }

  /// Adds a tensor that is not there yet.
  private mutating func initializer(_ name: String, _ make: (String) -> ProtocolBuffer) -> String {
    if known.insert(name).inserted { initializers.append(make(name)) }
    return name
  }

  // MARK: - Messages

  private static func message(_ call: Call, output: String) -> ProtocolBuffer {
    var node = ProtocolBuffer()
    for input in call.inputs { node.add(1, string: input) }
    node.add(2, string: output)
    node.add(3, string: output)
    node.add(4, string: call.type)
    for (name, value) in call.attributes { node.add(5, message(name, value)) }
    return node
  }

  private static func message(_ name: String, _ value: Attribute) -> ProtocolBuffer {
    var attribute = ProtocolBuffer()
    attribute.add(1, string: name)
    let type: Int
    switch value {
    case .float(let number):
      attribute.add(2, float: number)
      type = 1
    case .integer(let number):
      attribute.add(3, integer: number)
      type = 2
    case .string(let text):
      attribute.add(4, string: text)
      type = 3
    case .integers(let numbers):
      attribute.add(8, integers: numbers)
      type = 7
    }
    attribute.add(20, integer: type)
    return attribute
  }
}
