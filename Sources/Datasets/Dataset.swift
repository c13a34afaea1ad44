import Diagnostics
import Hashing
import Images
import Settings

/// All images of a data set, resized, with their class labels.
public struct Dataset: Sendable {
  /// The name shown in tables.
  public let title: String
  /// Class names in the order of their labels.
  public let classNames: [String]
  /// Images of the requested side: the official train part first, then the official test part.
  public let images: ImageStore
  /// The label of each image, an index into `classNames`.
  public let labels: [Int]
  /// The size of the official train part, which comes first; nil if there are no official parts.
  public let officialTrainCount: Int?
  /// The classes that are anomalous by nature (an image folder's anomaly kinds); empty if any class can be held out.
  public let anomalyClasses: [Int]
  /// The file of each image, relative to an image folder; empty for other data sets.
  public let fileNames: [String]
  /// Labels of single pixels, `count × height × width` bytes: 1 if anomalous; nil if the data set has none.
  public let masks: [UInt8]?
  /// Paths of files that could not be read as images and were skipped, as the settings allow.
  public let skippedFiles: [String]
  /// How the data differ from the published data of that name, as the end of a sentence; nil if they do not, or if none
  /// are published.
  public let deviation: String?
  /// The number of images in the official test part that equal one in the train part, pixel by pixel after resizing;
  /// counted for image folders only, where this is a mistake in preparing them.
  public let repeatedTestImages: Int
  /// SHA-256 of everything that defines the content: shape, resized bytes, labels, masks, class names, parts.
  public let fingerprint: String

  /// Whether every image is of one class, so that nothing can be anomalous.
  public var hasSingleClass: Bool { classNames.count == 1 }

  /// - Parameters:
  ///   - published: the published data set and side that this claims to be; nil if there is none.
  ///   - fingerprint: the known fingerprint; nil to compute it.
  init(
    title: String, classNames: [String], images: ImageStore, labels: [Int], officialTrainCount: Int?,
    anomalyClasses: [Int] = [], fileNames: [String] = [], masks: [UInt8]? = nil,
    skippedFiles: [String] = [], repeatedTestImages: Int = 0,
    published: (name: DatasetName, side: Int)? = nil, fingerprint: String? = nil
  ) {
    precondition(labels.count == images.count, "\(labels.count) labels for \(images.count) images")
    precondition(
      masks == nil || masks?.count == labels.count * images.shape.height * images.shape.width,
      "masks of other images")
    precondition(
      labels.allSatisfy(classNames.indices.contains), "a label outside of \(classNames.count) classes")
    self.title = title
    self.classNames = classNames
    self.images = images
    self.labels = labels
    self.officialTrainCount = officialTrainCount
    self.anomalyClasses = anomalyClasses
    self.fileNames = fileNames
    self.masks = masks
    self.skippedFiles = skippedFiles
    self.repeatedTestImages = repeatedTestImages
    let fingerprint =
      fingerprint
      ?? Self.fingerprint(
        images, labels, masks, classNames: classNames, officialTrainCount: officialTrainCount)
    self.fingerprint = fingerprint
    deviation = published.flatMap { published in
      PublishedData.deviation(
        of: published.name, side: published.side, fingerprint: fingerprint, labels: labels,
        trainCount: officialTrainCount ?? labels.count)
    }
  }

  private static func fingerprint(
    _ images: ImageStore, _ labels: [Int], _ masks: [UInt8]?, classNames: [String], officialTrainCount: Int?
  ) -> String {
    var hash = SHA256()
    var description = "ganomaly data set 1\n\(images.shape)\n\(images.count)\n\(officialTrainCount ?? -1)\n"
    for name in classNames { description += "\(name.utf8.count):\(name)\n" }
    let (text, numbers) = (Array(description.utf8), labels.map { UInt32($0).littleEndian })
    hash.update(text.span.bytes)
    hash.update(numbers.span.bytes)
    hash.update(images.bytes.span.bytes)
    if let masks { hash.update(masks.span.bytes) }
    return hash.hexadecimal()
  }
}

extension Dataset {
  /// Finds a data set, validates and reads it, and resizes its images.
  ///
  /// - Parameters:
  ///   - settings: the data set and the image size.
  ///   - search: the folders to search; the embedded digits need none.
  ///   - cache: the fingerprint cache; nil to always compute the fingerprint.
  /// - Throws: `Problem` of kind `missingInput` when files are not found, `badData` when one is malformed, `usage` when
  ///   the settings name no image folder, `inputOutput` when reading fails.
  public static func load(
    _ settings: DatasetSettings, from search: DataSearchPath = DataSearchPath(),
    cache: FingerprintCache? = .standard()
  ) throws(Problem) -> Dataset {
    let location = try search.locate(settings)
    do {
      guard let cache,
        let entry = FingerprintCache.entry(settings, files: try location.files(settings.layout))
      else {
        return try load(settings, location, fingerprint: nil)
      }
      let known = cache.fingerprint(entry)
      let dataset = try load(settings, location, fingerprint: known)
      if known == nil { cache.remember(dataset.fingerprint, entry) }
      return dataset
    } catch {
      guard error.kind == .badData, let declared = DatasetFiles.declared(for: settings.name) else {
        throw error
      }
      throw error.hinting("move the file away and get it again: \(declared.remedy)")
    }
  }

  private static func load(
    _ settings: DatasetSettings, _ location: DatasetLocation, fingerprint: String?
  ) throws(Problem) -> Dataset {
    switch location.form {
    case .embedded:
      return try official(settings, Digits.load(), trainCount: nil, fingerprint)
    case .files, .archive:
      guard let format = PublishedFormat.of(settings.name),
        let declared = DatasetFiles.declared(for: settings.name), let classes = settings.name.classNames
      else { preconditionFailure("\(settings.name) is not published as files") }
      let parts = try format.load(location, declared, classes: classes.count)
      return try official(settings, parts.images, trainCount: parts.trainCount, fingerprint)
    case .imageFolder(let path):
      return try ImageFolder(path).load(settings, fingerprint: fingerprint)
    case .arrays(let path):
      return try ArrayDataset.load(settings, path, fingerprint: fingerprint)
    }
  }

  /// A data set with predefined classes, resized, with the requested number of channels.
  private static func official(
    _ settings: DatasetSettings, _ images: LabelledImages, trainCount: Int?, _ fingerprint: String?
  ) throws(Problem) -> Dataset {
    let resize = BilinearResize(from: images.shape, height: settings.side, width: settings.side)
    return Dataset(
      title: settings.title, classNames: settings.name.classNames ?? [],
      images: ImageStore(shape: resize.target, bytes: resize.planar(images.bytes))
        .repeatingPlane(channels: settings.channels), labels: images.labels,
      officialTrainCount: trainCount, published: (settings.name, settings.side), fingerprint: fingerprint)
  }
}

/// Images of one shape with their labels, as stored in a data set's files.
struct LabelledImages {
  var shape: ImageShape
  /// Image by image, channel by channel, row by row.
  var bytes: [UInt8]
  var labels: [Int]

  /// Turns square images that are stored column by column.
  mutating func transpose() {
    let side = shape.height
    precondition(side == shape.width, "\(shape) images cannot be transposed in place")
    var pixels = bytes.mutableSpan
    for plane in stride(from: 0, to: pixels.count, by: side * side) {
      for row in 0..<side {
        for column in 0..<row { pixels.swapAt(plane + row * side + column, plane + column * side + row) }
      }
    }
  }
}
