import Diagnostics
import Images
import Settings

/// A data set as a folder of images, laid out as `FolderLayout` says.
///
/// Among anomaly kinds, the reference code's `0.normal` and `1.abnormal` are read as `normal` and `abnormal`, MVTec's `good`
/// as `normal`. In a folder of classes with `train` and `test`, images in `val`, `valid` or `validation` join the train part.
/// Files, including those in subfolders, are sorted by the bytes of their paths; names that begin with a dot are
/// ignored.
struct ImageFolder {
  static let normal = "normal"
  /// Alternative folder names, with the class each stands for.
  static let otherNames = ["0.normal": normal, "good": normal, "1.abnormal": "abnormal"]
  /// Subfolders of a class folder deeper than this are refused, which also ends cycles of links.
  static let deepestFolder = 16

  private static let skipping = "skip all such files with --skip-unreadable"

  let path: String

  init(_ path: String) { self.path = path }

  /// Whether a folder looks like such a data set.
  static func isImageFolder(_ path: String) -> Bool {
    let names = [normal] + otherNames.filter { $0.value == normal }.keys
    return names.contains { FileBytes.isFolder(joined(path, "train/\($0)")) }
  }

  /// - Parameter fingerprint: the known fingerprint; nil to compute it.
  func load(_ settings: DatasetSettings, fingerprint: String? = nil) throws(Problem) -> Dataset {
    let listing = try listing(settings.layout)
    let (classNames, files, strays) = (listing.classNames, listing.files, listing.strays)
    if let stray = strays.first, !settings.skipUnreadable { throw stray }
    let shape = ImageShape(channels: settings.channels, height: settings.side, width: settings.side)
    var bytes: [UInt8] = []
    var labels: [Int] = []
    var trainCount = 0
    var names: [String] = []
    var masks: [UInt8] = []
    let hasMasks = settings.layout == .kinds && FileBytes.isFolder(joined(path, Self.maskFolder))
    var skipped = strays.map(\.place)
    for file in files {
      do throws(Problem) {
        let image = try ImageFile.load(file.path, as: settings)
        if hasMasks {
          masks += try mask(of: file, settings)
        }
        bytes += image
        labels.append(file.label)
        names.append(relative(file.path))
        trainCount += file.isTrain ? 1 : 0
      } catch {
        guard error.kind == .badData else { throw error }
        guard settings.skipUnreadable else { throw Self.offeringToSkip(error) }
        skipped.append(file.path.text)
      }
    }
    for (label, name) in classNames.enumerated() where !labels.contains(label) {
      throw Problem(.badData, at: path, "no image of the class '\(name)' can be read")
    }
    guard trainCount > 0 || !listing.hasParts else {
      throw Problem(.badData, at: path, "no training image can be read")
    }
    return Dataset(
      title: settings.title, classNames: classNames, images: ImageStore(shape: shape, bytes: bytes),
      labels: labels, officialTrainCount: listing.hasParts ? trainCount : nil,
      anomalyClasses: settings.layout == .kinds ? Array(1..<classNames.count) : [],
      fileNames: names, masks: hasMasks ? masks : nil, skippedFiles: skipped,
      repeatedTestImages: listing.hasParts
        ? Self.repetitions(bytes, size: shape.count, trainCount: trainCount) : 0,
      fingerprint: fingerprint)
  }

  /// The problem of an unreadable file, with a hint that offers to skip it.
  static func offeringToSkip(_ problem: Problem) -> Problem {
    let remedy = problem.hint.isEmpty ? "replace or remove it" : problem.hint
    return Problem(problem.kind, at: problem.place, problem.cause, hint: "\(remedy), or \(skipping)")
  }

  /// The number of images after the first `trainCount` that equal one of those.
  private static func repetitions(_ bytes: [UInt8], size: Int, trainCount: Int) -> Int {
    let images = stride(from: 0, to: bytes.count, by: size).lazy.map { bytes[$0..<$0 + size] }
    let train = Set(images.prefix(trainCount))
    return images.dropFirst(trainCount).count(where: train.contains)
  }

  /// All files, in order; nil if a name is not UTF-8.
  func paths(_ layout: FolderLayout) throws(Problem) -> [String]? {
    var raw = try listing(layout).files.map(\.path)
    let masks = joined(path, Self.maskFolder)
    if layout == .kinds, FileBytes.isFolder(masks) { raw += try list(masks) }
    let paths = raw.map(\.validText)
    return paths.contains(nil) ? nil : paths.compactMap(\.self)
  }
}
