/// The folder that holds a file or folder: empty for one in the working folder, `/` for one in the root.
public func parentFolder(of path: String) -> String {
  let slash = UInt8(ascii: "/")
  // Bytes: a slash before a combining mark is another character.
  func trimmed(_ bytes: Substring.UTF8View) -> Substring.UTF8View {
    bytes.lastIndex { $0 != slash }.map { bytes[...$0] } ?? bytes[..<bytes.startIndex]
  }
  let name = trimmed(path.utf8[...])
  guard let end = name.lastIndex(of: slash) else { return path.utf8.first == slash ? "/" : "" }
  let folder = String(Substring(trimmed(name[..<end])))
  return folder.isEmpty ? "/" : folder
}
