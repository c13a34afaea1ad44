/// The role of a tensor, which determines its initialization.
public enum ParameterRole: Hashable, Sendable {
  case convolutionWeight
  case batchNormScale
  case batchNormShift
  case bias
  case runningMean
  case runningVariance
}

/// A named tensor and its position in a flat buffer.
public struct ParameterTensor: Hashable, Sendable {
  /// `block.tensor`, such as `encoder1.initial.weight`.
  public let name: String
  public let role: ParameterRole
  /// Dimensions, outermost first.
  public let shape: [Int]
  /// Index of its first element in the flat buffer.
  public let offset: Int

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
  /// Its elements in the flat buffer.
  public var range: Range<Int> { offset..<offset + count }
}

/// Offsets of one block's tensors in the parameters and running statistics of its network. Offsets of tensors that the
/// block does not have are meaningless.
struct BlockOffsets: Hashable, Sendable {
  var weight = 0
  var scale = 0
  /// Batch norm's shift, or the bias.
  var shift = 0
  var runningMean = 0
  var runningVariance = 0
}

/// The layout of a network's flat buffers, one for all parameters and one for all running statistics, with the names
/// and shapes of their tensors.
public struct ParameterLayout: Hashable, Sendable {
  /// Tensors of the parameter buffer, in order.
  public private(set) var parameters: [ParameterTensor] = []
  /// Tensors of the running statistics, in order.
  public private(set) var running: [ParameterTensor] = []
  private(set) var blocks: [BlockOffsets] = []

  /// Elements of the parameter buffer.
  public var parameterCount: Int { parameters.last?.range.upperBound ?? 0 }
  /// Elements of the running statistics.
  public var runningCount: Int { running.last?.range.upperBound ?? 0 }

  init(blocks: [ConvolutionBlock]) {
    for block in blocks {
      let geometry = block.geometry
      var offsets = BlockOffsets()
      offsets.weight = add(
        "\(block.name).weight", .convolutionWeight,
        [geometry.lowChannels, geometry.highChannels, geometry.kernel, geometry.kernel], to: \.parameters)
      let channels = [block.output.channels]
      if block.normalization == .bias {
        offsets.shift = add("\(block.name).bias", .bias, channels, to: \.parameters)
      }
      if let batchNorm = block.batchNorm {
        if batchNorm.isAffine {
          offsets.scale = add("\(block.name).scale", .batchNormScale, channels, to: \.parameters)
          offsets.shift = add("\(block.name).shift", .batchNormShift, channels, to: \.parameters)
        }
        offsets.runningMean = add("\(block.name).running_mean", .runningMean, channels, to: \.running)
        offsets.runningVariance = add(
          "\(block.name).running_variance", .runningVariance, channels, to: \.running)
      }
      self.blocks.append(offsets)
    }
  }

  private mutating func add(
    _ name: String, _ role: ParameterRole, _ shape: [Int],
    to list: WritableKeyPath<ParameterLayout, [ParameterTensor]>
  ) -> Int {
    let offset = self[keyPath: list].last?.range.upperBound ?? 0
    self[keyPath: list].append(ParameterTensor(name: name, role: role, shape: shape, offset: offset))
    return offset
  }
}
