import Diagnostics
import Foundation
import Hashing
import Settings

/// Remembers the fingerprints of data sets by their files' paths, sizes and time stamps, so that the content is not
/// hashed anew each time.
///
/// A file that was written over has another time stamp, also where its size and its date of modification were put
/// back: the stamp of the last change of any kind, which nobody can set, is among them. A fingerprint of files that
/// changed in the last seconds is not remembered, since they might change again within the clock's resolution.
///
/// Where the cache cannot be read or written, everything works without it.
public struct FingerprintCache: Sendable {
  /// One data set at one size, and what was found of it.
  struct Entry: Codable, Equatable {
    var settings: [String]
    var files: [FileStamp]
    var fingerprint: String
  }

  /// What a file shows from outside.
  struct FileStamp: Codable, Equatable {
    var path: String
    var size: Int
    var inode: UInt64
    /// Nanoseconds since 1970 of the last writing and of the last change of any kind.
    var modified: Int
    var changed: Int
  }

  let folder: String
  /// How long files must have been left alone, in nanoseconds.
  private let restTime: Int

  public init(folder: String, restTime: Duration = .seconds(2)) {
    self.folder = folder
    self.restTime = Int(restTime / .nanoseconds(1))
  }

  /// `$XDG_CACHE_HOME/ganomaly`, or `~/.cache/ganomaly`; nil where neither is known.
  public static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> FingerprintCache? {
    let given = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/.cache" }
    return (given ?? home).map { FingerprintCache(folder: "\($0)/ganomaly/fingerprints") }
  }

  /// The entry of a data set as its files are now, without its fingerprint; nil where a file cannot be looked at.
  static func entry(_ settings: DatasetSettings, files: [String]) -> Entry? {
    guard !files.isEmpty, let stamps = stamps(files) else { return nil }
    let values = [
      settings.name.rawValue, settings.folder, "\(settings.side)", "\(settings.channels)",
      "\(settings.skipUnreadable)",
    ]
    return Entry(settings: values, files: stamps, fingerprint: "")
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

  /// The fingerprint that is remembered for files that have not changed since.
  func fingerprint(_ entry: Entry) -> String? {
    guard let text = try? Data(contentsOf: URL(fileURLWithPath: path(of: entry))),
      let found = try? JSONDecoder().decode(Entry.self, from: text),
      found.settings == entry.settings, found.files == entry.files, found.fingerprint.count == 64
    else { return nil }
    return found.fingerprint
  }

  /// Remembers the fingerprint of files that are as they were before they were read, and were at rest.
  ///
  /// - Parameter entry: of before.
  func remember(_ fingerprint: String, _ entry: Entry) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let newest = entry.files.map { max($0.changed, $0.modified) }.max() ?? 0
    guard Self.nanoseconds(now) - newest >= restTime,
      Self.stamps(entry.files.map(\.path)) == entry.files
    else { return }
    var entry = entry
    entry.fingerprint = fingerprint
    // The cache is a convenience: who cannot write it goes without.
    guard let text = try? JSONEncoder().encode(entry) else { return }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? text.write(to: URL(fileURLWithPath: path(of: entry)), options: .atomic)
  }

  /// One file for each data set, size and set of paths: what is remembered of an older state is overwritten.
  private func path(of entry: Entry) -> String {
    let names = (entry.settings + entry.files.map(\.path)).joined(separator: "\n")
    return "\(folder)/\(SHA256.hexadecimal(of: names.utf8).prefix(32)).json"
  }

  private static func nanoseconds(_ time: timespec) -> Int { time.tv_sec * 1_000_000_000 + time.tv_nsec }
}

// MARK: - Verifying

extension FingerprintCache {
  /// What became of comparing a fingerprint that was remembered with the content.
  public struct Report: Sendable, Equatable {
    /// As in `side 32, 1 channel`.
    public var title: String
    public var isRight: Bool
  }

  /// Computes the fingerprints of a data set anew wherever they are remembered, and corrects what is wrong.
  ///
  /// - Throws: `Problem` when the data cannot be read.
  public func verify(_ name: DatasetName, in search: DataSearchPath) throws(Problem) -> [Report] {
    var reports: [Report] = []
    for found in entries() where found.settings.first == name.rawValue && found.settings.count == 5 {
      guard let side = Int(found.settings[2]), let channels = Int(found.settings[3]) else { continue }
      var settings = DatasetSettings()
      settings.name = name
      settings.folder = found.settings[1]
      settings.side = side
      settings.channels = channels
      settings.skipUnreadable = found.settings[4] == "true"
      // Of what is not found, or lies elsewhere than where it is looked for, nothing is said.
      guard let location = try? search.locate(settings),
        let now = Self.entry(settings, files: try location.files()),
        now.files.map(\.path) == found.files.map(\.path)
      else { continue }
      let fingerprint = try Dataset.load(settings, from: search, cache: nil).fingerprint
      let isRight = found.fingerprint == fingerprint
      if !isRight || now != found { remember(fingerprint, now) }
      reports.append(
        Report(
          title: "side \(side), \(channels) \(channels == 1 ? "channel" : "channels")",
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
  /// The files that decide the content; none for what is part of the program, and where one has a name that is not
  /// UTF-8, as what is remembered is.
  func files() throws(Problem) -> [String] {
    switch form {
    case .embedded: []
    case .files(let paths): Array(paths.values)
    case .archive(let path): [path]
    case .imageFolder(let path): try ImageFolder(path).paths() ?? []
    }
  }
}
