/// Which of Deep SVDD's two LeNet-like networks to use (Ruff et al. 2018).
public enum LeNetSize: String, SettingChoice {
  /// The small network for one channel, the large one for three.
  case byChannels = "by-channels"
  /// The network for MNIST: 5×5 convolutions to 8 and 4 channels, then 32 outputs.
  case small
  /// The network for CIFAR-10: 5×5 convolutions to 32, 64 and 128 channels, then 128 outputs.
  case large

  /// Whether images with this many channels use the large network.
  public func isLarge(channels: Int) -> Bool {
    switch self {
    case .byChannels: channels > 1
    case .small: false
    case .large: true
    }
  }
}

/// The latent sizes from which a decoder can start, 4×4 pixels of a few channels; 0 for the network's own, 32 or 128.
let leNetLatentSizes = [0, 16, 32, 64, 128, 256, 512, 1024]

let leNetLatentSummary = "Size of the latent vector; 0 for the network's own: 32 (small) or 128 (large)."

let leNetLatentReason = "a multiple of 4×4, from which the decoder starts, or 0"
