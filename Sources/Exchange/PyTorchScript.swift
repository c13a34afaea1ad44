import NeuralNetworks

/// A scoring graph as one Python file that computes scores with PyTorch from a safetensors file: plain calls of
/// `torch.nn.functional`, one for each operation.
public struct PyTorchScript: Sendable {
  private let graph: ScoringGraph
  private let names: [String: String]
  private let weightsFile: String
  private let metadata: [(key: String, value: String)]

  /// - Parameters:
  ///   - names: under which the file of the weights has a tensor of the graph, where that is another name.
  ///   - weightsFile: its name; it is looked for beside the script.
  ///   - metadata: for whoever reads the script.
  public init(
    _ graph: ScoringGraph, names: [String: String], weightsFile: String,
    metadata: [(key: String, value: String)]
  ) {
    self.graph = graph
    self.names = names
    self.weightsFile = weightsFile
    self.metadata = metadata
  }

  /// The file.
  public var text: String {
    let hasImages = graph.reconstructions != nil
    let shape = graph.input.shape.map(String.init).joined(separator: ", ")
    let results = hasImages ? "scores, reconstructions" : "scores"
    let about = metadata.map { "    \($0.key): \(Self.plain($0.value))" }
    let lines =
      [
        "\"\"\"Scores images as a detector that ganomaly trained does, with running statistics.", "",
      ] + about + [
        "",
        "Needs torch and safetensors. As a program it scores an array of bytes that numpy saved:", "",
        "    python FILE.py images.npy    # (n, \(shape)), uint8; prints a score a line", "\"\"\"", "",
        "import sys", "from pathlib import Path", "", "import torch",
        "from safetensors.torch import load_file", "from torch.nn import functional as F", "",
        "WEIGHTS = Path(__file__).with_name(\(Self.quoted(weightsFile)))", "", "",
        "class Detector(torch.nn.Module):",
        "    \"\"\"Images (n, \(shape)) of bytes 0...255 to scores (n): the higher, the more anomalous.",
        hasImages
          ? "    The images as the detector rebuilds them, also 0...255, come second." : "", "    \"\"\"", "",
        "    def __init__(self, weights=WEIGHTS):", "        super().__init__()",
        "        self.names = {}",
        "        for index, (name, tensor) in enumerate(load_file(weights).items()):",
        "            # Names of modules have no dots or slashes.",
        "            self.names[name] = f\"tensor{index}\"",
        "            self.register_buffer(self.names[name], tensor)", "",
        "    def tensor(self, name):", "        return getattr(self, self.names[name])", "",
        "    def forward(self, images):", "        w = self.tensor", "        images = images.float()",
      ] + graph.nodes.map { "        \(assignment($0))" } + ["        return \(results)", "", ""] + [
        "if __name__ == \"__main__\":", "    import numpy", "",
        "    with torch.no_grad():",
        "        output = Detector()(torch.from_numpy(numpy.load(sys.argv[1])))",
        "    for score in \(hasImages ? "output[0]" : "output").tolist():", "        print(score)",
      ]
    return lines.joined(separator: "\n") + "\n"
  }

  private func assignment(_ node: GraphNode) -> String {
    "\(Self.identifier(node.output.name)) = \(expression(node))"
  }

  private func expression(_ node: GraphNode) -> String {
    let inputs = node.inputs.map(operand)
    let x = inputs[0]
    switch node.operation {
    case .convolution(_, let stride, let padding):
      return convolution("conv2d", inputs, stride: stride, padding: padding)
    case .transposedConvolution(_, let stride, let padding):
      precondition(padding.before == padding.after, "torch crops transposed convolutions evenly")
      return convolution("conv_transpose2d", inputs, stride: stride, padding: padding)
    case .batchNormalization(let epsilon):
      let affine = inputs.count == 5 ? ", \(inputs[1]), \(inputs[2])" : ""
      let statistics = inputs.suffix(2).joined(separator: ", ")
      return "F.batch_norm(\(x), \(statistics)\(affine), eps=\(epsilon))"
    case .activation(.identity): return x
    case .activation(.leakyReLU(let slope)):
      return slope == 0 ? "F.relu(\(x))" : "F.leaky_relu(\(x), \(slope))"
    case .activation(.tanh): return "torch.tanh(\(x))"
    case .activation(.sigmoid): return "torch.sigmoid(\(x))"
    case .exponential: return "torch.exp(\(x))"
    case .logarithm: return "torch.log(\(x))"
    case .softplus: return "F.softplus(\(x))"
    case .absolute: return "torch.abs(\(x))"
    case .clip(let lower, let upper): return "torch.clamp(\(x), \(lower), \(upper))"
    case .add: return inputs.joined(separator: " + ")
    case .subtract: return inputs.joined(separator: " - ")
    case .multiply: return inputs.joined(separator: " * ")
    case .divide: return inputs.joined(separator: " / ")
    case .reshape(let shape):
      return "\(x).reshape(\(([-1] + shape).map(String.init).joined(separator: ", ")))"
    case .concatenate: return "torch.cat((\(inputs.joined(separator: ", "))), dim=1)"
    case .slice(let range): return "\(x)[:, \(range.lowerBound):\(range.upperBound)]"
    case .maxPool: return "F.max_pool2d(\(x), 2)"
    case .upSample: return "F.interpolate(\(x), scale_factor=2, mode=\"nearest\")"
    case .sum: return "\(x).flatten(1).sum(dim=1)"
    case .mean(let keeps):
      return keeps
        ? "\(x).mean(dim=\(Self.dimensions(of: node.inputs[0])), keepdim=True)"
        : "\(x).flatten(1).mean(dim=1)"
    case .maximum: return "\(x).amax(dim=\(Self.dimensions(of: node.inputs[0])), keepdim=True)"
    }
  }

  private static func dimensions(of value: GraphValue) -> String {
    "(\((1..<1 + value.shape.count).map { "\($0)," }.joined(separator: " ")))"
  }

  private func convolution(
    _ function: String, _ inputs: [String], stride: Int, padding: Padding
  ) -> String {
    let (before, after) = (padding.before, padding.after)
    let weights = inputs.dropFirst().joined(separator: ", ")
    guard before != after else {
      return "F.\(function)(\(inputs[0]), \(weights), stride=\(stride), padding=\(before))"
    }
    let padded = "F.pad(\(inputs[0]), (\(before), \(after), \(before), \(after)))"
    return "F.\(function)(\(padded), \(weights), stride=\(stride))"
  }

  private func operand(_ value: GraphValue) -> String {
    switch value.kind {
    case .computed: Self.identifier(value.name)
    case .tensor: "w(\(Self.quoted(names[value.name] ?? value.name)))"
    // A negative number after an operator.
    case .scalar(let number): number < 0 ? "(\(number))" : "\(number)"
    }
  }

  private static func identifier(_ name: String) -> String {
    name.replacing(".", with: "_").replacing("-", with: "_")
  }

  private static func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  /// Within a string of three quotes.
  private static func plain(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"\"\"", with: "'''").replacing("\n", with: " ")
  }
}
