import Diagnostics
import Images
import Settings

/// A data set as a folder of images: `train/normal`, `test/normal`, and one more folder in `test` per anomaly kind.
///
/// The reference code's `0.normal` and `1.abnormal` are read as `normal` and `abnormal`, MVTec's `good` as `normal`.
/// Files, including those in subfolders, are sorted by the bytes of their paths; names that begin with a dot are
/// ignored.
struct ImageFolder {
  static let normal = "normal"
  /// Alternative folder names, with the class each stands for.
  private static let otherNames = ["0.normal": normal, "good": normal, "1.abnormal": "abnormal"]
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
    let (classNames, files, strays) = try files()
    if let stray = strays.first, !settings.skipUnreadable { throw stray }
    let shape = ImageShape(channels: settings.channels, height: settings.side, width: settings.side)
    var bytes: [UInt8] = []
    var labels: [Int] = []
    var trainCount = 0
    var names: [String] = []
    var masks: [UInt8] = []
    let hasMasks = FileBytes.isFolder(joined(path, Self.maskFolder))
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
    guard trainCount > 0 else { throw Problem(.badData, at: path, "no training image can be read") }
    return Dataset(
      title: settings.title, classNames: classNames, images: ImageStore(shape: shape, bytes: bytes),
      labels: labels, officialTrainCount: trainCount, anomalyClasses: Array(1..<classNames.count),
      fileNames: names, masks: hasMasks ? masks : nil, skippedFiles: skipped,
      repeatedTestImages: Self.repetitions(bytes, size: shape.count, trainCount: trainCount),
      fingerprint: fingerprint)
  }

  /// The problem of an unreadable file, with a hint that offers to skip it.
  private static func offeringToSkip(_ problem: Problem) -> Problem {
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
  func paths() throws(Problem) -> [String]? {
    var raw = try files().files.map(\.path)
    let masks = joined(path, Self.maskFolder)
    if FileBytes.isFolder(masks) { raw += try list(masks) }
    let paths = raw.map(\.validText)
    return paths.contains(nil) ? nil : paths.compactMap(\.self)
  }

  // MARK: - Listing

  struct File {
    var path: RawPath
    var label: Int
    var isTrain: Bool
  }

  /// A file's path below the data set's folder, as users read it.
  func relative(_ file: RawPath) -> String {
    let prefix = joined(path, "")
    let text = file.text
    return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
  }

  /// The class names, and all files: train normals, test normals, then the anomalies class by class. Strays are items
  /// next to the class folders that are not class folders, each as the problem it causes.
  private func files() throws(Problem) -> (classNames: [String], files: [File], strays: [Problem]) {
    var strays: [Problem] = []
    let train = try classFolders("train", &strays)
    let test = try classFolders("test", &strays)
    guard let trainNormal = train[Self.normal] else { throw missing("train/\(Self.normal)") }
    guard let testNormal = test[Self.normal] else { throw missing("test/\(Self.normal)") }
    if let other = train.keys.sorted(by: Self.precedes).first(where: { $0 != Self.normal }) {
      throw Problem(
        .badData, at: joined(path, "train"),
        "holds the folder '\(other)', but training images must all be normal",
        hint: "move it to \(joined(path, "test"))")
    }
    let kinds = test.keys.filter { $0 != Self.normal }.sorted(by: Self.precedes)
    guard !kinds.isEmpty else {
      throw Problem(
        .badData, at: joined(path, "test"), "has no anomaly folder next to '\(Self.normal)'",
        hint: "put the images of each kind of anomaly into a folder with its name")
    }
    var files = try list(trainNormal).map { File(path: $0, label: 0, isTrain: true) }
    files += try list(testNormal).map { File(path: $0, label: 0, isTrain: false) }
    for (index, kind) in kinds.enumerated() {
      files += try list(test[kind] ?? kind).map { File(path: $0, label: index + 1, isTrain: false) }
    }
    return ([Self.normal] + kinds, files, strays)
  }

  /// The class folders in `train` or `test`, by class name.
  ///
  /// - Parameter strays: gains an entry for each other item.
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
          ? "is a dangling link"
          : "is not a folder; the images of a class lie in a folder with its name"
        strays.append(Self.offeringToSkip(Problem(.badData, at: whole, cause)))
        continue
      }
      // Class names appear in tables and specs, which are text.
      guard let name = String(validating: raw, as: UTF8.self) else {
        throw Problem(
          .badData, at: whole, "the folder's name, which is a class name, is not UTF-8", hint: "rename it")
      }
      let className = Self.otherNames[name] ?? name
      if let other = folders.updateValue(whole, forKey: className) {
        throw Problem(.badData, at: whole, "is the same class as \(other)")
      }
    }
    return folders
  }

  /// All files in and below a class folder, sorted by the bytes of their paths.
  func list(_ folder: String) throws(Problem) -> [RawPath] {
    var files: [RawPath] = []
    try collect(RawPath(folder), depth: 0, into: &files)
    guard !files.isEmpty else {
      throw Problem(.badData, at: folder, "holds no images", hint: "put \(DecodedImage.formats) files there")
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
