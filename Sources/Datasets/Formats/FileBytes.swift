import Diagnostics
import Foundation

/// Whole files and folder listings, with errors that name the path.
enum FileBytes {
  /// All bytes of a file.
  static func read(_ path: String) throws(Problem) -> [UInt8] {
    guard let file = fopen(path, "rb") else {
      throw Problem(
        errno == ENOENT ? .missingInput : .inputOutput, at: path, String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var information = stat()
    guard fstat(fileno(file), &information) == 0 else {
      throw Problem(.inputOutput, at: path, String(cString: strerror(errno)))
    }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw Problem(.badData, at: path, "is no regular file")
    }
    // One more than the size, so that a file that grew meanwhile shows itself.
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

  static func isFile(_ path: String) -> Bool { kind(path) == S_IFREG }

  static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }

  /// Names in a folder in the order of their bytes, those that begin with a dot left out.
  static func names(in folder: String) throws(Problem) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw Problem(
        isFolder(folder) ? .inputOutput : .missingInput, at: folder,
        "cannot be listed: \(systemReason(error))")
    }
  }

  /// What a path, symbolic links followed, leads to; nil when it leads nowhere.
  private static func kind(_ path: String) -> mode_t? {
    var information = stat()
    return stat(path, &information) == 0 ? information.st_mode & S_IFMT : nil
  }
}

/// A folder and a name below it, with one slash between.
func joined(_ folder: String, _ name: String) -> String {
  folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}
