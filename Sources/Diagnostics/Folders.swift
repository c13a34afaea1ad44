import Foundation

/// Makes a folder and those above it; nothing to do where it is there.
///
/// - Parameter hint: what to do when it cannot be made.
/// - Throws: `inputOutput`, at the first path that stands in the way, with the operating system's reason.
public func createFolders(to folder: String, hint: String) throws(Problem) {
  var path = folder.hasPrefix("/") ? "/" : ""
  for component in folder.split(separator: "/") {
    path += (path.isEmpty || path == "/" ? "" : "/") + component
    // Asked first, because not every file system says of a folder that it exists rather than that it is forbidden.
    if isFolder(path) || mkdir(path, 0o777) == 0 { continue }
    let code = errno
    // Another process may have made it meanwhile.
    if isFolder(path) { continue }
    let reason = code == EEXIST ? "there is a file of this name" : systemReason(code)
    throw Problem(.inputOutput, at: path, "the folder cannot be created: \(reason)", hint: hint)
  }
}

/// The operating system's words for an error number, such as "no space left on device".
public func systemReason(_ code: Int32 = errno) -> String {
  let words = String(cString: strerror(code))
  return words.prefix(1).lowercased() + words.dropFirst()
}

/// The operating system's words for what Foundation throws.
public func systemReason(_ error: any Error) -> String {
  systemCode(error).map(systemReason) ?? error.localizedDescription
}

/// The operating system's error number beneath what Foundation throws; nil where it names none.
public func systemCode(_ error: any Error) -> Int32? {
  guard let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError,
    underlying.domain == NSPOSIXErrorDomain
  else { return nil }
  return Int32(underlying.code)
}

private func isFolder(_ path: String) -> Bool {
  var information = stat()
  return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
}
