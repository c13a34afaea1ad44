/// What a parameter tensor is; it decides how it is initialized.
public enum ParameterRole: Hashable, Sendable {
  case convolutionWeight
  case batchNormScale
  case batchNormShift
  case bias
  case runningMean
  case runningVariance
}

/// A named tensor's place in a flat buffer.
public struct ParameterTensor: Hashable, Sendable {
  public let name: String
  public let role: ParameterRole
  public let shape: [Int]
  public let offset: Int

  public var count: Int { shape.reduce(1, *) }
  public var range: Range<Int> { offset..<offset + count }
}

/// Where one block's tensors lie; offsets into the parameters and the running statistics of its network. Those of
/// tensors that the block does not have mean nothing.
struct BlockOffsets: Hashable, Sendable {
  var weight = 0
  var scale = 0
  /// Batch norm's shift, or the bias.
  var shift = 0
  var runningMean = 0
  var runningVariance = 0
}

/// The flat buffers of a network: one for all parameters, one for all running statistics, each with names and
/// shapes laid out once.
public struct ParameterLayout: Hashable, Sendable {
  public private(set) var parameters: [ParameterTensor] = []
  public private(set) var running: [ParameterTensor] = []
  private(set) var blocks: [BlockOffsets] = []

  public var parameterCount: Int { parameters.last?.range.upperBound ?? 0 }
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
