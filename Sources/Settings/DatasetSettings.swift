/// The data sets that can be named in a spec.
public enum DatasetName: String, SettingChoice {
  case digits
  case mnist
  case fashionMNIST = "fashion-mnist"
  case cifar10
  case folder

  /// Names of the classes in the order of their labels; nil for image folders, which name their own.
  public var classNames: [String]? {
    switch self {
    case .digits, .mnist: (0...9).map(String.init)
    case .fashionMNIST:
      ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot"]
    case .cifar10: ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    case .folder: nil
    }
  }

  /// Colour channels of the data set itself; nil for image folders, where a setting decides.
  public var channels: Int? {
    switch self {
    case .digits, .mnist, .fashionMNIST: 1
    case .cifar10: 3
    case .folder: nil
    }
  }

  /// Whether the data set comes in an official train and test part.
  public var hasOfficialParts: Bool { self != .digits }
}

/// Which images, at which size.
public struct DatasetSettings: SettingsRecord {
  public var name = DatasetName.digits
  /// Folder of an image folder data set, below the data folder.
  public var folder = ""
  /// Height and width to which images are resized, in pixels.
  public var side = 32
  /// Channels that an image folder is read with: 1 (grey) or 3 (RGB).
  public var folderChannels = 3
  public var skipUnreadable = false

  public init() {}

  /// Channels of the images that the detectors see.
  public var channels: Int { name.channels ?? folderChannels }

  /// The name under which tables show the data set.
  public var title: String { name == .folder ? folder : name.rawValue }

  public static let fields: [SettingField<DatasetSettings>] = [
    .choice("name", \.name, "The data set."),
    .text("folder", \.folder, "Folder of the image data set, below the data folder.")
      .applying("only with `name: folder`") { $0.name == .folder },
    .integer(
      "side", \.side, among: [32, 64, 128, 256], reason: "4·2^k, so that the pyramid ends at 4×4",
      "Height and width to which images are resized, in pixels."),
    .integer(
      "channels", \.folderChannels, among: [1, 3],
      "Channels that an image folder is read with: 1 (grey) or 3 (RGB)."
    )
    .applying("only with `name: folder`") { $0.name == .folder },
    .flag(
      "skip_unreadable", \.skipUnreadable, "Skip and count files that are no image, instead of refusing them."
    )
    .applying("only with `name: folder`") { $0.name == .folder },
  ]
}
