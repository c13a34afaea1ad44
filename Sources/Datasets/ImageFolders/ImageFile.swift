import Diagnostics
import Images

/// Single PNG and JPEG images, read as those of an image folder are.
public enum ImageFile {
  /// The image files that paths stand for: a folder for all files in and below it, in the order of the bytes of
  /// their paths, without names that begin with a dot; anything else for itself.
  ///
  /// - Throws: `Problem` when there is nothing at a path, or no file in a folder.
  public static func paths(for paths: [String]) throws(Problem) -> [String] {
    var files: [String] = []
    for path in paths {
      if FileBytes.isFolder(path) {
        for file in try ImageFolder(path).list(path) {
          guard let name = file.validText else {
            throw Problem(
              .badData, at: file.text, "the name of this file is not UTF-8, as the lines of the output are",
              hint: "rename it")
          }
          files.append(name)
        }
      } else if FileBytes.isFile(path) {
        files.append(path)
      } else {
        throw Problem(.missingInput, at: path, "no such image file or folder")
      }
    }
    return files
  }

  /// Reads an image, with its shorter side resized and its center cut out.
  ///
  /// - Parameter shape: 1 channel for gray or 3 for RGB; square.
  /// - Returns: `shape.count` bytes, channel by channel.
  /// - Throws: `Problem` when there is no such file, or none that holds an image.
  public static func load(_ path: String, shape: ImageShape) throws(Problem) -> [UInt8] {
    precondition(shape.height == shape.width, "images are cut square, not to \(shape)")
    return try ImageFolder.image(RawPath(path), shape)
  }
}
