import Diagnostics
import Settings

/// Which files an image folder holds, and what its folders say of them.
extension ImageFolder {
  struct File {
    var path: RawPath
    var label: Int
    var isTrain: Bool
  }

  /// All files with their classes. Those of the train part come first, then class by class.
  struct Listing {
    var classNames: [String]
    var files: [File]
    /// Whether there is a train and a test part.
    var hasParts: Bool
    /// Items next to the class folders that are not class folders, each as the problem it causes.
    var strays: [Problem] = []
  }

  func listing(_ layout: FolderLayout) throws(Problem) -> Listing {
    switch layout {
    case .kinds: try kinds()
    case .classes: try classes()
    case .normals: try normals()
    }
  }

  /// A file's path below the data set's folder, as users read it.
  func relative(_ file: RawPath) -> String {
    let prefix = joined(path, "")
    let text = file.text
    return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
  }

  // MARK: - Layouts

  /// Train normals, test normals, then the anomalies kind by kind.
  private func kinds() throws(Problem) -> Listing {
    var strays: [Problem] = []
    let train = try parts(["train"], &strays, Self.standardName)
    let test = try parts(["test"], &strays, Self.standardName)
    guard let trainNormal = train[Self.normal] else { throw missing("train/\(Self.normal)") }
    guard let testNormal = test[Self.normal] else { throw missing("test/\(Self.normal)") }
    if let other = train.keys.sorted(by: Self.precedes).first(where: { $0 != Self.normal }) {
      throw Problem(
        .badData, at: joined(path, "train"),
        "holds the folder '\(other)', but training images must all be normal",
        hint: "move it to \(joined(path, "test")), or write `layout: classes` if each folder is a class")
    }
    let names = test.keys.filter { $0 != Self.normal }.sorted(by: Self.precedes)
    guard !names.isEmpty else {
      throw Problem(
        .badData, at: joined(path, "test"), "has no anomaly folder next to '\(Self.normal)'",
        hint: "put the images of each kind of anomaly into a folder with its name, or write `layout: normals`"
      )
    }
    var files = try files(in: trainNormal, label: 0, isTrain: true)
    files += try self.files(in: testNormal, label: 0)
    for (index, name) in names.enumerated() {
      files += try self.files(in: test[name] ?? [], label: index + 1)
    }
    return Listing(classNames: [Self.normal] + names, files: files, hasParts: true, strays: strays)
  }

  /// Names of a part that belongs to the train part, as Kaggle has it.
  private static let validationNames = ["val", "valid", "validation"]

  /// A folder for each class, in `train` and `test` if both are there.
  private func classes() throws(Problem) -> Listing {
    var strays: [Problem] = []
    let hasParts = ["train", "test"].allSatisfy { FileBytes.isFolder(joined(path, $0)) }
    let own: (String) -> String = { $0 }
    let train = hasParts ? try parts(["train"] + Self.validationNames, &strays, own) : [:]
    let test = try parts([hasParts ? "test" : ""], &strays, own)
    let names = Set(train.keys).union(test.keys).sorted(by: Self.precedes)
    guard names.count > 1 else {
      throw Problem(
        .badData, at: path,
        names.isEmpty ? "holds no class folders" : "holds a single class folder, '\(names[0])'",
        hint: "put the images of each class into a folder with its name, or write `layout: normals`")
    }
    if let name = names.first(where: { $0.contains(ClassGroup.separator) }) {
      throw Problem(
        .badData, at: path,
        "the class '\(name)' has '\(ClassGroup.separator)' in its name, which separates the classes of a group",
        hint: "rename its folder")
    }
    var files: [File] = []
    for (label, name) in names.enumerated() {
      files += try self.files(in: train[name] ?? [], label: label, isTrain: true)
    }
    for (label, name) in names.enumerated() { files += try self.files(in: test[name] ?? [], label: label) }
    return Listing(classNames: names, files: files, hasParts: hasParts, strays: strays)
  }

  /// Every file, at any depth.
  private func normals() throws(Problem) -> Listing {
    // Anomalies of another layout must not be taken for normal images.
    for name in ["test", Self.maskFolder] where FileBytes.isFolder(joined(path, name)) {
      throw Problem(
        .badData, at: path, "holds the folder '\(name)', so not all its images may be normal",
        hint: "name the folder of normal images, such as `folder: …/train/good`, or use another `layout`")
    }
    return Listing(classNames: [Self.normal], files: try files(in: [path], label: 0), hasParts: false)
  }

  // MARK: - Folders

  private static func standardName(_ name: String) -> String { otherNames[name] ?? name }

  private func files(in folders: [String], label: Int, isTrain: Bool = false) throws(Problem) -> [File] {
    var files: [File] = []
    for folder in folders {
      files += try list(folder).map { File(path: $0, label: label, isTrain: isTrain) }
    }
    return files
  }

  /// The class folders in some subfolders, by class name; the first subfolder must exist, the others may.
  ///
  /// - Parameters:
  ///   - strays: gains an entry for each other item.
  ///   - className: the class that a folder's name stands for.
  private func parts(
    _ names: [String], _ strays: inout [Problem], _ className: (String) -> String
  ) throws(Problem) -> [String: [String]] {
    var folders: [String: [String]] = [:]
    for (index, name) in names.enumerated() {
      let folder = name.isEmpty ? path : joined(path, name)
      guard FileBytes.isFolder(folder) else {
        if index > 0 { continue }
        throw missing(name)
      }
      for (className, path) in try classFolders(folder, &strays, className) {
        folders[className, default: []].append(path)
      }
    }
    return folders
  }

  private func classFolders(
    _ folder: String, _ strays: inout [Problem], _ className: (String) -> String
  ) throws(Problem) -> [String: String] {
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
      if let other = folders.updateValue(whole, forKey: className(name)) {
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
      throw Problem(
        .badData, at: folder.text, "lies more than \(Self.deepestFolder) folders deep",
        hint: "if a link in its path leads back to a folder above, remove the link")
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
        + "kind of anomaly; `layout: classes` reads a folder for each class, `layout: normals` normal images alone"
    )
  }
}
