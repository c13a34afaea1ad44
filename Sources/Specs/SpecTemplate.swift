import Settings

/// The text of a first spec, with comments on what to change.
public struct SpecTemplate: Sendable {
  /// The experiment's name.
  public let name: String
  /// The data set; of an image folder or a file of arrays, with its place and layout.
  public let dataset: DatasetSettings
  /// The classes of a user's own images; empty if none can be held out.
  public let classes: [String]
  /// The number of training images; nil if there are certainly more than in a usual batch.
  public let trainingImages: Int?

  /// A template for an experiment called `name`.
  public init(
    name: String, dataset: DatasetSettings, classes: [String] = [], trainingImages: Int? = nil
  ) {
    self.name = name
    self.dataset = dataset
    self.classes = classes
    self.trainingImages = trainingImages
  }

  /// The spec itself.
  public var text: String {
    """
    # \(title): say here what the experiment is to show.
    #
    #   ganomaly plan \(name) --estimate     # what would run, and how long it takes
    #   ganomaly run \(name)                 # train what is missing, then print the AUC table
    #   ganomaly report \(name)              # the results as one HTML page
    #
    # `ganomaly validate \(name) --resolved` prints every field with its value.

    description: GANomaly on \(title).
    \(datasetLines)
    detector:
      name: ganomaly         # or pca, knn, autoencoder, vae, …; `detectors:` takes a list to compare
      latent_size: 100
      width: 16              # channels after the first convolution; the paper has 64, which takes ten times as long
      epochs: 15\(batchLine)
    seeds: [0]               # [0, 1, 2] for means with a spread

    """
  }

  /// The batch size of a spec that does not say.
  public static let usualBatch = 64

  /// A batch must not be larger than the training set.
  private var batchLine: String {
    guard let trainingImages, trainingImages - heldOutImages < Self.usualBatch else { return "" }
    let count = trainingImages - heldOutImages
    return "\n  batch_size: \(max(1, count / 4))          # at most the number of training images"
  }

  /// In percent: the share of the training images on which a threshold is calibrated, 20 images or more; nil if that
  /// would take more than half.
  private var heldOutPercent: Int? {
    guard let trainingImages, trainingImages >= 40 else { return nil }
    return max(10, (2000 + trainingImages - 1) / trainingImages)
  }

  private var heldOutImages: Int { (heldOutPercent ?? 0) * (trainingImages ?? 0) / 100 }

  private var protocolLines: String {
    guard let heldOutPercent else { return "" }
    return """

      protocol:
        validation_fraction: 0.\(heldOutPercent)   # of the normals, not trained on: they calibrate the threshold of `ganomaly score`
        false_alarm_rate: 0.05
      """
  }

  private var title: String {
    switch dataset.name {
    case .folder: "the image folder \(dataset.folder)"
    case .arrays: "the arrays in \(dataset.file)"
    default: dataset.name.rawValue
    }
  }

  private var datasetLines: String {
    if let classes = dataset.name.classNames { return published(classes) }
    let isFolder = dataset.name == .folder
    let place = isFolder ? ("folder", dataset.folder) : ("file", dataset.file)
    let layout = isFolder && dataset.layout != .kinds ? "\n  layout: \(dataset.layout.rawValue)" : ""
    let side = "\n  side: 32               # images are resized to 32, 64, 128 or 256 pixels"
    let channels =
      "\n  channels: \(dataset.channels)            # \(isFolder ? "or 1, gray" : "1 gray, 3 color")"
    return """
      # \(contentComment)
      dataset:
        name: \(dataset.name.rawValue)
        \(place.0): \(JSON.text(place.1).compact)\(layout)\(side)\(channels)\(classLines)\(protocolLines)
      """
  }

  private func published(_ classes: [String]) -> String {
    """
    # Named values for many fields; what stands below overrides them. clean: scored without leaks. code-2018: what the
    # code of the paper's month does. paper: what the paper's text says.
    preset: clean
    dataset:
      name: \(dataset.name.rawValue)
      side: 32               # images are resized to 32, 64, 128 or 256 pixels
    held_out: all            # each class in turn is the anomaly; or some, such as [\(classes[2])]
    """
  }

  /// What is in the folder or file.
  private var contentComment: String {
    let normals = "normal images only: enough for `ganomaly score`, but not for a table of AUROC."
    if dataset.name == .arrays {
      return classes.isEmpty ? "Arrays without labels: \(normals)" : "Arrays of images, with labels."
    }
    return switch dataset.layout {
    case .kinds:
      "The folder holds normal images in train and test, each in `normal` or `good`, and test/KIND for each kind of anomaly."
    case .classes: "The folder holds a folder for each class."
    case .normals: "The folder holds \(normals)"
    }
  }

  private var classLines: String {
    guard !classes.isEmpty else { return "" }
    return """

      # Each of these in turn is the anomaly, and all other classes are normal; [[a, b]] holds out two together.
      held_out: \(JSON.array(classes.map(JSON.text)).yaml)
      """
  }
}
