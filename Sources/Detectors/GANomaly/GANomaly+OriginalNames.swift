import NeuralNetworks
import Settings

/// A detector whose weights the authors' code knows by names of its own; shapes and layouts are the same.
public protocol OriginallyNamed: AnomalyDetector {
  /// The original's name of each of `weights`, by ours.
  var originalNames: [String: String] { get }
  /// Counters beside each batch norm that the original keeps and we do not, and by how much each grows in a step of
  /// training.
  var originalCounters: [(name: String, perStep: Int)] { get }
}

extension TrainedDetector: OriginallyNamed where Model == GANomalyModel {
  var originalNames: [String: String] {
    model.generator.originalNames.merging(model.discriminator.originalNames) { first, _ in first }
  }

  var originalCounters: [(name: String, perStep: Int)] {
    let mean = ".running_mean"
    return originalNames.values.filter { $0.hasSuffix(mean) }.sorted().map { name in
      let isGenerator = name.hasPrefix(Generator.originalName)
      return (
        "\(name.dropLast(mean.count)).num_batches_tracked",
        isGenerator ? 1 : settings.objective.discriminatorPasses
      )
    }
  }
}

extension GANomalyObjective {
  /// How often a step takes in the statistics of the discriminator's batches: real, fake, fake through the updated D;
  /// the later versions real and fake twice.
  fileprivate var discriminatorPasses: Int {
    switch self {
    case .v0, .v1: 3
    case .v2, .v3: 4
    }
  }
}

extension Generator {
  fileprivate static let originalName = "netg"

  /// As `netg.encoder1.main.pyramid-64-128-conv.weight`.
  fileprivate var originalNames: [String: String] {
    var names: [String: String] = [:]
    for (part, blocks) in [("encoder1", encoder1), ("decoder", decoder), ("encoder2", encoder2)] {
      for index in blocks {
        let block = network.blocks[index]
        let own = String(block.name.dropFirst(part.count + 1))
        let (convolution, batchNorm) = Self.originalNames(of: block, own)
        let prefix = "\(Self.originalName).\(part).main"
        names.merge(
          block.originalNames(
            in: network, convolution: "\(prefix).\(convolution)", batchNorm: "\(prefix).\(batchNorm)")
        ) { first, _ in first }
      }
    }
    return names
  }

  /// - Parameter own: the block's name here, within its part of the network.
  private static func originalNames(
    of block: ConvolutionBlock, _ own: String
  ) -> (convolution: String, batchNorm: String) {
    let (from, to) = (block.input.channels, block.output.channels)
    let isTransposed = block.kind == .transposed
    if own.hasPrefix("extra") {
      let layer = "extra-layers-\(own.dropFirst("extra".count))-\(to)"
      return ("\(layer)-conv", "\(layer)-batchnorm")
    }
    let convolution =
      switch own {
      case "initial": isTransposed ? "initial-\(from)-\(to)-convt" : "initial-conv-\(from)-\(to)"
      // The encoder's last layer bears a 1, however many numbers it gives.
      case "final": isTransposed ? "final-\(from)-\(to)-convt" : "final-\(from)-1-conv"
      default: "pyramid-\(from)-\(to)-\(isTransposed ? "convt" : "conv")"
      }
    return (convolution, "\(own == "initial" ? "initial" : "pyramid")-\(to)-batchnorm")
  }
}

extension Discriminator {
  /// As `netd.features.2.weight`: modules are numbered, activations too.
  fileprivate var originalNames: [String: String] {
    var names: [String: String] = [:]
    var module = 0
    for index in network.blocks.indices {
      let block = network.blocks[index]
      let isFeature = featureBlocks.contains(index)
      names.merge(
        block.originalNames(
          in: network, convolution: isFeature ? "netd.features.\(module)" : "netd.classifier.0",
          batchNorm: "netd.features.\(module + 1)")
      ) { first, _ in first }
      module += block.batchNorm == nil ? 2 : 3
    }
    return names
  }
}

extension ConvolutionBlock {
  /// The names of the block's tensors, by ours, given those of its modules.
  fileprivate func originalNames(
    in network: Network, convolution: String, batchNorm: String
  ) -> [String: String] {
    var names = ["weight": "\(convolution).weight"]
    if self.batchNorm != nil {
      names["scale"] = "\(batchNorm).weight"
      names["shift"] = "\(batchNorm).bias"
      names["running_mean"] = "\(batchNorm).running_mean"
      names["running_variance"] = "\(batchNorm).running_var"
    }
    return Dictionary(uniqueKeysWithValues: names.map { ("\(network.name)/\(name).\($0.key)", $0.value) })
  }
}
