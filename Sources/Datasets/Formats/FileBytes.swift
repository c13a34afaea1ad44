import Diagnostics
import Foundation

/// Whole files and folder listings, with errors that name the path.
enum FileBytes {
  /// All bytes of a file.
  static func read(_ path: String) throws(Problem) -> [UInt8] { try read(RawPath(path)) }

  /// All bytes of a file.
  static func read(_ raw: RawPath) throws(Problem) -> [UInt8] {
    let path = raw.text
    // O_NONBLOCK, since opening a pipe would wait for a writer.
    let descriptor = raw.withCString { open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
    guard descriptor >= 0, let file = fdopen(descriptor, "rb") else {
      let code = errno
      if descriptor >= 0 { close(descriptor) }
      if code == ENOENT, isLink(raw) { throw Problem(.badData, at: path, "is a dangling link") }
      throw Problem(code == ENOENT ? .missingInput : .inputOutput, at: path, String(cString: strerror(code)))
    }
    defer { fclose(file) }
    var information = stat()
    guard fstat(fileno(file), &information) == 0 else {
      throw Problem(.inputOutput, at: path, String(cString: strerror(errno)))
    }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw Problem(.badData, at: path, "is not a regular file")
    }
    // One more than the size, to notice a file that grew in the meantime.
    let capacity = Int(information.st_size) + 1
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      count = fread(buffer.baseAddress, 1, capacity, file)
    }
    if ferror(file) != 0 {
      throw Problem(.inputOutput, at: path, "cannot be read: \(String(cString: strerror(errno)))")
    }
    guard bytes.count == capacity - 1 else {
      throw Problem(.inputOutput, at: path, "changed its size while it was read")
    }
    return bytes
  }

  /// The size of a file in bytes.
  static func size(of path: String) throws(Problem) -> Int {
    var information = stat()
    guard stat(path, &information) == 0 else { throw systemProblem(path, "cannot be read") }
    return Int(information.st_size)
  }

  static func isFile(_ path: String) -> Bool { kind(RawPath(path)) == S_IFREG }

  static func isFolder(_ path: String) -> Bool { kind(RawPath(path)) == S_IFDIR }

  static func isFolder(_ path: RawPath) -> Bool { kind(path) == S_IFDIR }

  /// Whether a path exists, following symbolic links.
  static func exists(_ path: RawPath) -> Bool { kind(path) != nil }

  /// Whether a path itself is a symbolic link, wherever it points.
  static func isLink(_ path: RawPath) -> Bool {
    var information = stat()
    return path.withCString { lstat($0, &information) } == 0 && information.st_mode & S_IFMT == S_IFLNK
  }

  /// The names in a folder, sorted by their bytes, without those that begin with a dot or are not UTF-8.
  static func names(in folder: String) throws(Problem) -> [String] {
    try names(in: RawPath(folder)).compactMap { String(validating: $0, as: UTF8.self) }
  }

  /// The names in a folder, sorted by their bytes, without those that begin with a dot.
  static func names(in folder: RawPath) throws(Problem) -> [[UInt8]] {
    func problem(_ code: Int32) -> Problem {
      Problem(
        isFolder(folder) ? .inputOutput : .missingInput, at: folder.text,
        "cannot be listed: \(systemReason(code))")
    }
    guard let stream = folder.withCString({ opendir($0) }) else { throw problem(errno) }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while true {
      // Only errno distinguishes the end from an error.
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name.first != UInt8(ascii: ".") { names.append(name) }
    }
    if errno != 0 { throw problem(errno) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The file type at a path, following symbolic links; nil if there is none.
  private static func kind(_ path: RawPath) -> mode_t? {
    var information = stat()
    return path.withCString { stat($0, &information) } == 0 ? information.st_mode & S_IFMT : nil
  }
}

/// Joins a folder and a name below it with one slash.
func joined(_ folder: String, _ name: String) -> String {
  folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}
