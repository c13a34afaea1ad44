import Diagnostics
import Images
import Settings

/// A data set as a folder of images: `train/normal` and `test/normal`, and beside the latter one folder for
/// each kind of anomaly.
///
/// The reference code's `0.normal` and `1.abnormal` are taken for `normal` and `abnormal`, MVTec's `good` for `normal`.
/// Files are taken in the order of the bytes of their paths, those in folders below included; names that begin with a
/// dot are not looked at.
struct ImageFolder {
  static let normal = "normal"
  /// Other names of folders, with the class that each stands for.
  private static let otherNames = ["0.normal": normal, "good": normal, "1.abnormal": "abnormal"]
  /// Folders below a class folder that lie deeper are refused: links that lead round in a circle end there.
  static let deepestFolder = 16

  private static let skipping = "skip all such files with --skip-unreadable"

  let path: String

  init(_ path: String) { self.path = path }

  /// Whether a folder looks like one of these data sets.
  static func isImageFolder(_ path: String) -> Bool {
    let names = [normal] + otherNames.filter { $0.value == normal }.keys
    return names.contains { FileBytes.isFolder(joined(path, "train/\($0)")) }
  }

  /// - Parameter fingerprint: where it is known; nil to compute it.
  func load(_ settings: DatasetSettings, fingerprint: String? = nil) throws(Problem) -> Dataset {
    let (classNames, files, strays) = try files()
    if let stray = strays.first, !settings.skipUnreadable { throw stray }
    let shape = ImageShape(channels: settings.channels, height: settings.side, width: settings.side)
    var bytes: [UInt8] = []
    var labels: [Int] = []
    var trainCount = 0
    var skipped = strays.map(\.place)
    for file in files {
      do throws(Problem) {
        bytes += try Self.image(file.path, shape)
        labels.append(file.label)
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
    guard trainCount > 0 else { throw Problem(.badData, at: path, "no training image can be read") }
    return Dataset(
      title: settings.title, classNames: classNames, images: ImageStore(shape: shape, bytes: bytes),
      labels: labels,
      officialTrainCount: trainCount, anomalyClasses: Array(1..<classNames.count), skippedFiles: skipped,
      repeatedTestImages: Self.repetitions(bytes, size: shape.count, trainCount: trainCount),
      fingerprint: fingerprint)
  }

  /// The problem of a file that is no image, with what to do about it.
  private static func offeringToSkip(_ problem: Problem) -> Problem {
    let remedy = problem.hint.isEmpty ? "replace or remove it" : problem.hint
    return Problem(problem.kind, at: problem.place, problem.cause, hint: "\(remedy), or \(skipping)")
  }

  /// How many of the images after the first `trainCount` equal one of those.
  private static func repetitions(_ bytes: [UInt8], size: Int, trainCount: Int) -> Int {
    let images = stride(from: 0, to: bytes.count, by: size).lazy.map { bytes[$0..<$0 + size] }
    let train = Set(images.prefix(trainCount))
    return images.dropFirst(trainCount).count(where: train.contains)
  }

  /// All files, in their order; nil where one has a name that is not UTF-8.
  func paths() throws(Problem) -> [String]? {
    let paths = try files().files.map(\.path.validText)
    return paths.contains(nil) ? nil : paths.compactMap(\.self)
  }

  /// One image with its shorter side resized and its center cut out, as torchvision's `Resize` and `CenterCrop`
  /// do it.
  static func image(_ raw: RawPath, _ shape: ImageShape) throws(Problem) -> [UInt8] {
    let path = raw.text
    let image = try DecodedImage(FileBytes.read(raw), from: path)
    let sizes = ShorterSide(height: image.height, width: image.width, side: shape.height)
    // An extremely long image would be resized to far more pixels than it has, nearly all then cut off.
    guard sizes.height * sizes.width <= DecodedImage.largestPixelCount else {
      throw Problem(
        .badData, at: path, "with \(image.height)×\(image.width) pixels it is too long to be cut square")
    }
    let whole = ImageShape(channels: shape.channels, height: image.height, width: image.width)
    let resized = BilinearResize(from: whole, height: sizes.height, width: sizes.width)
      .planar(image.planar(channels: shape.channels))
    return sizes.crop(planar: resized, channels: shape.channels)
  }

  // MARK: - Listing

  private struct File {
    var path: RawPath
    var label: Int
    var isTrain: Bool
  }

  /// The class names, and all files: train normals, test normals, then the anomalies class by class. What lies beside
  /// the class folders and is none is a stray, each with the problem that it is.
  private func files() throws(Problem) -> (classNames: [String], files: [File], strays: [Problem]) {
    var strays: [Problem] = []
    let train = try classFolders("train", &strays)
    let test = try classFolders("test", &strays)
    guard let trainNormal = train[Self.normal] else { throw missing("train/\(Self.normal)") }
    guard let testNormal = test[Self.normal] else { throw missing("test/\(Self.normal)") }
    if let other = train.keys.sorted(by: Self.precedes).first(where: { $0 != Self.normal }) {
      throw Problem(
        .badData, at: joined(path, "train"), "holds the folder '\(other)', but only normal images train",
        hint: "move it to \(joined(path, "test"))")
    }
    let kinds = test.keys.filter { $0 != Self.normal }.sorted(by: Self.precedes)
    guard !kinds.isEmpty else {
      throw Problem(
        .badData, at: joined(path, "test"), "holds no folder of anomalies beside '\(Self.normal)'",
        hint: "put the images of each kind of anomaly into a folder with its name")
    }
    var files = try list(trainNormal).map { File(path: $0, label: 0, isTrain: true) }
    files += try list(testNormal).map { File(path: $0, label: 0, isTrain: false) }
    for (index, kind) in kinds.enumerated() {
      files += try list(test[kind] ?? kind).map { File(path: $0, label: index + 1, isTrain: false) }
    }
    return ([Self.normal] + kinds, files, strays)
  }

  /// The class folders of a part, by class name.
  ///
  /// - Parameter strays: what lies beside them is added here.
  private func classFolders(
    _ part: String, _ strays: inout [Problem]
  ) throws(Problem) -> [String: String] {
    let folder = joined(path, part)
    guard FileBytes.isFolder(folder) else { throw missing(part) }
    var folders: [String: String] = [:]
    for raw in try FileBytes.names(in: RawPath(folder)) {
      let whole = joined(folder, RawPath.text(of: raw))
      let path = RawPath(folder).appending(raw)
      guard FileBytes.isFolder(path) else {
        let cause =
          FileBytes.isLink(path) && !FileBytes.exists(path)
          ? "is a link that leads nowhere"
          : "is not a folder; the images of a class lie in a folder with its name"
        strays.append(Self.offeringToSkip(Problem(.badData, at: whole, cause)))
        continue
      }
      // The name of a class stands in tables and specs, which are text.
      guard let name = String(validating: raw, as: UTF8.self) else {
        throw Problem(
          .badData, at: whole, "the name of this folder, and so of a class, is not UTF-8", hint: "rename it")
      }
      let className = Self.otherNames[name] ?? name
      if let other = folders.updateValue(whole, forKey: className) {
        throw Problem(.badData, at: whole, "is the same class as \(other)")
      }
    }
    return folders
  }

  /// All files in and below a class folder, in the order of the bytes of their paths.
  func list(_ folder: String) throws(Problem) -> [RawPath] {
    var files: [RawPath] = []
    try collect(RawPath(folder), depth: 0, into: &files)
    guard !files.isEmpty else {
      throw Problem(.badData, at: folder, "holds no images", hint: "put PNG or JPEG files there")
    }
    return files.sorted(by: RawPath.precedes)
  }

  private func collect(_ folder: RawPath, depth: Int, into files: inout [RawPath]) throws(Problem) {
    guard depth <= Self.deepestFolder else {
      throw Problem(.badData, at: folder.text, "lies more than \(Self.deepestFolder) folders deep")
    }
    for name in try FileBytes.names(in: folder) {
      let whole = folder.appending(name)
      if FileBytes.isFolder(whole) {
        try collect(whole, depth: depth + 1, into: &files)
      } else {
        files.append(whole)
      }
    }
  }

  private static func precedes(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
  }

  private func missing(_ folder: String) -> Problem {
    Problem(
      .missingInput, at: joined(path, folder), "no such folder",
      hint:
        "an image data set has train/normal, test/normal (or `good` for `normal`) and one folder in test for each "
        + "kind of anomaly")
  }
}
