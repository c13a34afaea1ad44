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

  /// Reads images, resizing the shorter side and cropping the center.
  ///
  /// - Parameter shape: square; 1 channel for gray or 3 for RGB.
  /// - Returns: the readable images, in the order given, and the problem of each unreadable file.
  public static func load(
    _ paths: [String], shape: ImageShape
  ) -> (images: ImageStore, problems: [(path: String, problem: Problem)]) {
    precondition(shape.height == shape.width, "images are cut square, not to \(shape)")
    var bytes: [UInt8] = []
    var problems: [(path: String, problem: Problem)] = []
    for path in paths {
      do throws(Problem) {
        bytes += try ImageFolder.image(RawPath(path), shape)
      } catch {
        problems.append((path, error))
      }
    }
    return (ImageStore(shape: shape, bytes: bytes), problems)
  }
}
