import Foundation

/// Creates a folder and its parents; does nothing if it exists.
///
/// - Parameter hint: what to do if it cannot be created.
/// - Throws: `inputOutput` with the operating system's reason, at the first path that cannot be created.
public func createFolders(to folder: String, hint: String) throws(Problem) {
  var path = folder.hasPrefix("/") ? "/" : ""
  for component in folder.split(separator: "/") {
    path += (path.isEmpty || path == "/" ? "" : "/") + component
    // Checked first, because for an existing folder some file systems report a lack of permission instead.
    if isFolder(path) || mkdir(path, 0o777) == 0 { continue }
    let code = errno
    // Another process may have created it in the meantime.
    if isFolder(path) { continue }
    let reason = code == EEXIST ? "there is a file of this name" : systemReason(code)
    throw Problem(.inputOutput, at: path, "the folder cannot be created: \(reason)", hint: hint)
  }
}

/// The operating system's message for an error number, such as "no space left on device".
public func systemReason(_ code: Int32 = errno) -> String {
  let words = String(cString: strerror(code))
  return words.prefix(1).lowercased() + words.dropFirst()
}

/// The operating system's message for an error thrown by Foundation, or Foundation's own.
public func systemReason(_ error: any Error) -> String {
  systemCode(error).map(systemReason) ?? error.localizedDescription
}

/// The operating system's error number underlying an error thrown by Foundation; nil if there is none.
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
