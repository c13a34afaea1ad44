import Diagnostics
import Images
import Settings

/// Single PNG, JPEG, BMP, TIFF and WebP images, read like those in an image folder.
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

  /// Reads an image as a data set's settings have it: upright or as stored, and made square.
  ///
  /// - Parameter settings: give side, channels (1 for gray, 3 for RGB), fit and orientation.
  /// - Returns: `channels × side × side` bytes, channel by channel.
  /// - Throws: `Problem` if the file is missing, not a readable image, or too elongated.
  public static func load(_ path: String, as settings: DatasetSettings) throws(Problem) -> [UInt8] {
    try load(RawPath(path), as: settings)
  }

  static func load(_ raw: RawPath, as settings: DatasetSettings) throws(Problem) -> [UInt8] {
    let path = raw.text
    let bytes = try FileBytes.read(raw)
    var image = try DecodedImage(bytes, from: path)
    if settings.orientation == .exif { image = image.turned(try Orientation(of: bytes, from: path)) }
    let geometry = SquareGeometry(settings, height: image.height, width: image.width)
    // Resizing an extremely long image would take far more pixels than it has, on the way or at the end.
    guard max(image.height, geometry.height) * geometry.width <= DecodedImage.largestPixelCount else {
      throw Problem(
        .badData, at: path,
        "with \(image.height)×\(image.width) pixels it is too elongated to \(settings.fit.rawValue) to a square"
      )
    }
    let whole = ImageShape(channels: settings.channels, height: image.height, width: image.width)
    let resized = BilinearResize(from: whole, height: geometry.height, width: geometry.width)
      .planar(image.planar(channels: settings.channels))
    return geometry.square(planar: resized, channels: settings.channels)
  }
}

extension SquareGeometry {
  /// How the settings make an image of `height × width` square.
  init(_ settings: DatasetSettings, height: Int, width: Int) {
    self =
      switch settings.fit {
      case .crop: .cropping(height: height, width: width, side: settings.side)
      case .pad: .padding(height: height, width: width, side: settings.side)
      case .stretch: .stretching(side: settings.side)
      }
  }
}
