import Diagnostics
import Images

/// Single PNG and JPEG images, read like those in an image folder.
public enum ImageFile {
  /// The image files that paths refer to: a folder stands for all files in and below it, sorted by the bytes of their
  /// paths, skipping names that begin with a dot; any other path stands for itself.
  ///
  /// - Throws: `Problem` when a path does not exist, a folder holds no file, or a file's name is not UTF-8.
  public static func paths(for paths: [String]) throws(Problem) -> [String] {
    var files: [String] = []
    for path in paths {
      if FileBytes.isFolder(path) {
        for file in try ImageFolder(path).list(path) {
          guard let name = file.validText else {
            throw Problem(
              .badData, at: file.text, "the file name is not UTF-8, which the output requires",
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

  /// Reads an image, resizing the shorter side and cropping the center.
  ///
  /// - Parameter shape: square; 1 channel for gray or 3 for RGB.
  /// - Returns: `shape.count` bytes, channel by channel.
  /// - Throws: `Problem` if the file is missing or not a readable image.
  public static func load(_ path: String, shape: ImageShape) throws(Problem) -> [UInt8] {
    precondition(shape.height == shape.width, "images are cut square, not to \(shape)")
    return try ImageFolder.image(RawPath(path), shape)
  }
}
