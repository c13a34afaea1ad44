/// Which of Deep SVDD's two LeNet-like networks (Ruff et al. 2018).
public enum LeNetSize: String, SettingChoice {
  /// The small one for one channel, the large one for three.
  case byChannels = "by-channels"
  /// That for MNIST: 5×5 convolutions to 8 and 4 channels, then 32 outputs.
  case small
  /// That for CIFAR-10: to 32, 64 and 128 channels, then 128 outputs.
  case large

  /// Whether the large one is meant for images of so many channels.
  public func isLarge(channels: Int) -> Bool {
    switch self {
    case .byChannels: channels > 1
    case .small: false
    case .large: true
    }
  }
}

/// The sizes of the latent vector that a decoder can start from, 4×4 pixels of a few channels; 0 for the network's
/// own, 32 or 128.
let leNetLatentSizes = [0, 16, 32, 64, 128, 256, 512, 1024]

let leNetLatentSummary = "Size of the latent vector; 0 for the network's own: 32 (small) or 128 (large)."

let leNetLatentReason = "a multiple of 4×4, from which the decoder starts, or 0"
