import Diagnostics
import Foundation
import Hashing
import Settings

/// Caches data sets' fingerprints, identified by their files' paths, sizes and time stamps, so that the content is not
/// hashed anew each time.
///
/// An overwritten file has another time stamp, even if its size and modification time were restored: the stamps include
/// the time of the last change of any kind (ctime), which no program can set. A fingerprint is not cached if a file
/// changed within the last seconds, since another change might fall within the clock's resolution.
///
/// Everything works without the cache if it cannot be read or written.
public struct FingerprintCache: Sendable {
  /// One data set at one size, with its files and fingerprint.
  struct Entry: Codable, Equatable {
    var settings: [String: SettingValue]
    var files: [FileStamp]
    var fingerprint: String
  }

  /// A file's metadata.
  struct FileStamp: Codable, Equatable {
    var path: String
    var size: Int
    var inode: UInt64
    /// When the content (mtime) and anything at all (ctime) last changed, in nanoseconds since 1970.
    var modified: Int
    var changed: Int
  }

  let folder: String
  /// How long files must have been unchanged, in nanoseconds.
  private let restTime: Int

  /// - Parameters:
  ///   - folder: created when first written.
  ///   - restTime: how long files must have been unchanged before their fingerprint is cached.
  public init(folder: String, restTime: Duration = .seconds(2)) {
    self.folder = folder
    self.restTime = Int(restTime / .nanoseconds(1))
  }

  /// The cache in `$XDG_CACHE_HOME/ganomaly` or `~/.cache/ganomaly`; nil if neither is known.
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> FingerprintCache? {
    let given = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/.cache" }
    return (given ?? home).map { FingerprintCache(folder: "\($0)/ganomaly/fingerprints") }
  }

  /// The entry for a data set's files in their present state, without its fingerprint; nil if there are no files or one
  /// cannot be examined.
  static func entry(_ settings: DatasetSettings, files: [String]) -> Entry? {
    guard !files.isEmpty, let stamps = stamps(files) else { return nil }
    return Entry(
      settings: Dictionary(uniqueKeysWithValues: settings.resolved.map { ($0.key, $0.value) }), files: stamps,
      fingerprint: "")
  }

  private static func stamps(_ files: [String]) -> [FileStamp]? {
    var stamps: [FileStamp] = []
    for path in files.sorted() {
      var information = stat()
      guard stat(path, &information) == 0 else { return nil }
      stamps.append(
        FileStamp(
          path: URL(fileURLWithPath: path).standardizedFileURL.path, size: Int(information.st_size),
          inode: UInt64(information.st_ino), modified: nanoseconds(information.st_mtim),
          changed: nanoseconds(information.st_ctim)))
    }
    return stamps
  }

  /// The cached fingerprint; nil if there is none, or if the files have changed.
  func fingerprint(_ entry: Entry) -> String? {
    guard let text = try? Data(contentsOf: URL(fileURLWithPath: path(of: entry))),
      let found = try? JSONDecoder().decode(Entry.self, from: text),
      found.settings == entry.settings, found.files == entry.files, found.fingerprint.count == 64
    else { return nil }
    return found.fingerprint
  }

  /// Caches the fingerprint, unless the files changed while they were read or shortly before.
  ///
  /// - Parameter entry: taken before the files were read.
  func remember(_ fingerprint: String, _ entry: Entry) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let newest = entry.files.map { max($0.changed, $0.modified) }.max() ?? 0
    guard Self.nanoseconds(now) - newest >= restTime,
      Self.stamps(entry.files.map(\.path)) == entry.files
    else { return }
    var entry = entry
    entry.fingerprint = fingerprint
    // The cache is a convenience: failing to write it is no error.
    guard let text = try? JSONEncoder().encode(entry) else { return }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? text.write(to: URL(fileURLWithPath: path(of: entry)), options: .atomic)
  }

  /// One cache file per data set, size and set of paths, so a newer state overwrites an older one.
  private func path(of entry: Entry) -> String {
    let values = entry.settings.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    let names = (values + entry.files.map(\.path)).joined(separator: "\n")
    return "\(folder)/\(SHA256.hexadecimal(of: names.utf8).prefix(32)).json"
  }

  private static func nanoseconds(_ time: timespec) -> Int { time.tv_sec * 1_000_000_000 + time.tv_nsec }
}

// MARK: - Verifying

extension FingerprintCache {
  /// The result of comparing a cached fingerprint with the content.
  public struct Report: Sendable, Equatable {
    /// For example `side 32, 1 channel`.
    public var title: String
    /// Whether the fingerprint matches; true if the files have changed since, as the entry is then merely stale.
    public var isRight: Bool
  }

  /// Recomputes all cached fingerprints of a data set, and corrects wrong ones.
  ///
  /// - Throws: `Problem` when the data cannot be read.
  public func verify(_ name: DatasetName, in search: DataSearchPath) throws(Problem) -> [Report] {
    var reports: [Report] = []
    for found in entries() {
      let settings = DatasetSettings(stored: found.settings)
      guard settings.name == name else { continue }
      // Skip data sets that were moved or are missing.
      guard let location = try? search.locate(settings),
        let now = Self.entry(settings, files: try location.files(settings.layout)),
        now.files.map(\.path) == found.files.map(\.path)
      else { continue }
      let fingerprint = try Dataset.load(settings, from: search, cache: nil).fingerprint
      let isRight = found.fingerprint == fingerprint
      if !isRight || now != found { remember(fingerprint, now) }
      reports.append(
        Report(
          title:
            "side \(settings.side), \(settings.channels) \(settings.channels == 1 ? "channel" : "channels")",
          isRight: isRight || now.files != found.files))
    }
    return reports.sorted { $0.title < $1.title }
  }

  private func entries() -> [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") }.sorted().compactMap { name in
      (try? Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
        .flatMap { try? JSONDecoder().decode(Entry.self, from: $0) }
    }
  }
}

extension DatasetLocation {
  /// The files that define the content; none if embedded, or if a name is not UTF-8, which the cache cannot store.
  ///
  /// - Parameter layout: the image folder's.
  func files(_ layout: FolderLayout) throws(Problem) -> [String] {
    switch form {
    case .embedded: []
    case .files(let paths): Array(paths.values)
    case .archive(let path), .arrays(let path): [path]
    case .imageFolder(let path): try ImageFolder(path).paths(layout) ?? []
    }
  }
}
