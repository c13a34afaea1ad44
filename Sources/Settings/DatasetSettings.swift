/// The data sets that a spec can name.
public enum DatasetName: String, SettingChoice {
  case digits
  case mnist
  case fashionMNIST = "fashion-mnist"
  case cifar10
  case kmnist
  case qmnist
  case emnistLetters = "emnist-letters"
  case emnistDigits = "emnist-digits"
  case emnistBalanced = "emnist-balanced"
  case cifar100
  /// CIFAR-100 by its 20 superclasses.
  case cifar100Coarse = "cifar100-coarse"
  case svhn
  case folder
  /// A file of arrays: NPZ, NPY or HDF5.
  case arrays

  /// Class names in label order; nil for image folders and arrays, which name their own.
  public var classNames: [String]? {
    switch self {
    case .digits, .mnist, .qmnist, .emnistDigits, .svhn: Self.digitClasses
    case .fashionMNIST:
      ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot"]
    case .cifar10: ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    case .kmnist: Self.kanaClasses
    case .emnistLetters: Self.letterClasses
    case .emnistBalanced: Self.balancedClasses
    case .cifar100: Self.cifar100Classes
    case .cifar100Coarse: Self.cifar100Superclasses
    case .folder, .arrays: nil
    }
  }

  /// Color channels of the data set's own images; for an image folder and arrays, the default.
  public var channels: Int {
    switch self {
    case .cifar10, .cifar100, .cifar100Coarse, .svhn, .folder: 3
    case .digits, .mnist, .fashionMNIST, .kmnist, .qmnist, .emnistLetters, .emnistDigits, .emnistBalanced,
      .arrays:
      1
    }
  }

  /// Whether the data set has official train and test parts; for arrays, whether it may have them.
  public var hasOfficialParts: Bool { self != .digits }
}

/// What the folders of an image data set mean.
public enum FolderLayout: String, SettingChoice {
  /// `train/normal`, `test/normal` (or `good`) and `test/KIND` for each kind of anomaly, as MVTec AD is laid out.
  case kinds
  /// A folder for each class, either directly or in both `train` and `test`, as torchvision and Kaggle have it. Classes
  /// are held out by name.
  case classes
  /// Only normal images, at any depth: enough to train a detector and to calibrate its threshold.
  case normals
}

/// How an image that is not square becomes square.
public enum SquareFit: String, SettingChoice {
  /// Resizes the shorter side and crops the center, as torchvision's `Resize` and `CenterCrop` do.
  case crop
  /// Resizes the longer side and pads the shorter with black on both sides.
  case pad
  /// Resizes both sides, whatever the aspect ratio.
  case stretch
}

/// Which way up an image file is read.
public enum ImageOrientation: String, SettingChoice {
  /// As its pixels are stored, which is what PIL and torchvision do, except for TIFF files.
  case stored
  /// As its EXIF or TIFF orientation tag says, which is what viewers do.
  case exif
}

/// Which images a run uses, and at which size.
public struct DatasetSettings: SettingsRecord {
  /// The data set.
  public var name = DatasetName.digits
  /// Folder of an image folder data set, below the data folder.
  public var folder = ""
  /// File of arrays, below the data folder.
  public var file = ""
  /// What the folders of an image folder mean.
  public var layout = FolderLayout.kinds
  /// Height and width to which images are resized, in pixels.
  public var side = 32
  /// The requested channels; nil for the data set's own.
  private var chosenChannels: Int?
  /// Whether to skip files of an image folder that are not images, instead of refusing them.
  public var skipUnreadable = false
  /// How image files that are not square become square.
  public var fit = SquareFit.crop
  /// Which way up image files are read.
  public var orientation = ImageOrientation.stored

  public init() {}

  /// Channels of the images that detectors see: 1 (gray) or 3 (RGB). With 3 channels, a gray data set repeats its
  /// plane three times, as image folder loaders do.
  public var channels: Int {
    get { chosenChannels ?? name.channels }
    set { chosenChannels = newValue }
  }

  /// The data set's name in tables.
  public var title: String {
    switch name {
    case .folder: folder
    case .arrays: fileTitle
    default: name.rawValue
    }
  }

  /// The file's name without folders and extension.
  private var fileTitle: String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// Whether a spec chooses the held-out or normal classes by name. In other image folders, the folders decide.
  public var choosesClasses: Bool { name != .folder || layout == .classes }

  /// Whether the images may come in an official train and test part.
  public var hasOfficialParts: Bool { name == .folder ? layout != .normals : name.hasOfficialParts }

  /// The title, plus how the images differ from the data set's own, as in `mnist, 3 channels`.
  public var description: String {
    name == .folder || name == .arrays || channels == name.channels ? title : "\(title), \(channels) channels"
  }

  /// Choosing the channels that the data set has anyway makes no difference.
  public static func == (first: Self, second: Self) -> Bool {
    first.name == second.name && first.folder == second.folder && first.file == second.file
      && first.side == second.side && first.channels == second.channels
      && first.skipUnreadable == second.skipUnreadable && first.layout == second.layout
      && first.fit == second.fit && first.orientation == second.orientation
  }

  public static let fields: [SettingField<DatasetSettings>] = [
    .choice("name", \.name, "The data set."),
    .text("folder", \.folder, "Folder of the image data set, below the data folder.")
      .applying("only with `name: folder`") { $0.name == .folder },
    .text(
      "file", \.file,
      "File of arrays, below the data folder: NPZ, NPY (images alone) or HDF5. Images that are not square are stretched."
    )
    .applying("only with `name: arrays`") { $0.name == .arrays },
    .choice(
      "layout", \.layout,
      "What the folders mean: `kinds` (train/normal, test/normal, test/KIND), `classes` (a folder for each class, which are "
        + "held out by name) or `normals` (normal images only)."
    )
    .applying("only with `name: folder`") { $0.name == .folder }.leftOutOfIdentityByDefault(),
    .integer(
      "side", \.side, among: [32, 64, 128, 256], reason: "4·2^k, so that the pyramid ends at 4×4",
      "Height and width to which images are resized, in pixels."),
    .integer(
      "channels", \.channels, among: [1, 3],
      "Channels of the images: 1 (gray) or 3 (RGB). By default the data set's own, 3 for an image folder and 1 for arrays; "
        + "a gray data set with 3 repeats its plane, and an image folder is read with as many as are given."
    )
    // Data sets with known channels could not choose them at first.
    .leftOutOfIdentity { $0.name != .folder && $0.channels == $0.name.channels },
    .flag(
      "skip_unreadable", \.skipUnreadable,
      "Skip and list files that are not images, instead of refusing them."
    )
    .applying("only with `name: folder`") { $0.name == .folder },
    .choice(
      "fit", \.fit,
      "How images become square: `crop` (shorter side resized, center cropped), `pad` (longer side resized, black "
        + "beside the shorter) or `stretch`."
    )
    .applying("only with `name: folder`") { $0.name == .folder }.leftOutOfIdentityByDefault(),
    .choice(
      "orientation", \.orientation,
      "Which way up image files are read: as `stored`, or as their `exif` tag says."
    )
    .applying("only with `name: folder`") { $0.name == .folder }.leftOutOfIdentityByDefault(),
  ]
}
