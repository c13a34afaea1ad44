import Diagnostics
import Images
import Settings

/// Labels of single pixels, as MVTec lays them out: `ground_truth/KIND/NAME_mask.png` or `ground_truth/KIND/NAME.png`
/// for the image `test/KIND/NAME.png`, anomalous where it is brighter than half of its brightest pixel: masks of 0 and
/// 255, and of 0 and 1, are equal.
extension ImageFolder {
  static let maskFolder = "ground_truth"

  /// The mask of an image, 1 for each anomalous pixel; zeros for a normal image.
  ///
  /// Under `orientation: exif`, the mask of an image that is stored turned by a quarter may itself be stored or upright,
  /// which its size tells; where it does not tell, as for a square image or one stored upside down, the mask is upright,
  /// since programs that draw masks show images upright. The mask's own orientation tag is ignored.
  ///
  /// - Returns: `side × side` bytes. A pixel is anomalous if at least half of it is; if that holds for none, if any part
  ///   of it is, so that thin and small regions do not vanish when a large image is shrunk.
  /// - Throws: `Problem` if the mask is missing, unreadable, or of another size than the image.
  func mask(of file: File, _ settings: DatasetSettings) throws(Problem) -> [UInt8] {
    let side = settings.side
    guard file.label != 0 else { return [UInt8](repeating: 0, count: side * side) }
    let path = try maskPath(of: file.path)
    let bytes = try FileBytes.read(file.path)
    let image = try DecodedImage(bytes, from: file.path.text)
    var mask = try DecodedImage(FileBytes.read(path), from: path)
    var isRightSize = mask.height == image.height && mask.width == image.width
    if settings.orientation == .exif, image.height != image.width {
      let orientation = try Orientation(of: bytes, from: file.path.text)
      if orientation.swapsSides, isRightSize {
        mask = mask.turned(orientation)
      } else if orientation.swapsSides {
        isRightSize = mask.height == image.width && mask.width == image.height
      }
    }
    guard isRightSize else {
      throw Problem(
        .badData, at: path,
        "the mask has \(mask.height)×\(mask.width) pixels, its image \(image.height)×\(image.width)")
    }
    let gray = mask.planar(channels: 1)
    let half = (gray.max() ?? 0) / 2
    let labels = gray.map { $0 > half ? UInt8(255) : 0 }
    let geometry = SquareGeometry(settings, height: mask.height, width: mask.width)
    let whole = ImageShape(channels: 1, height: mask.height, width: mask.width)
    let resized = BilinearResize(from: whole, height: geometry.height, width: geometry.width).planar(labels)
    let shares = geometry.square(planar: resized, channels: 1)
    if shares.contains(where: { $0 > 127 }) { return shares.map { $0 > 127 ? 1 : 0 } }
    var touched = [UInt8](repeating: 0, count: side * side)
    for (pixel, label) in labels.enumerated() where label != 0 {
      let row = pixel / mask.width * geometry.height / mask.height - geometry.top
      let column = pixel % mask.width * geometry.width / mask.width - geometry.left
      if (0..<side).contains(row), (0..<side).contains(column) { touched[row * side + column] = 1 }
    }
    return touched
  }

  /// Where the mask of `test/KIND/…/NAME.png` lies.
  private func maskPath(of image: RawPath) throws(Problem) -> String {
    let parts = relative(image).split(separator: "/").dropFirst()
    let (folders, name) = (parts.dropLast(), parts.last.map(String.init) ?? "")
    let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    let folder = joined(path, ([Self.maskFolder] + folders.map(String.init)).joined(separator: "/"))
    let candidates = ["\(stem)_mask.png", "\(stem).png", name].map { joined(folder, $0) }
    guard let found = candidates.first(where: FileBytes.isFile) else {
      throw Problem(
        .missingInput, at: candidates[0], "no mask for \(image.text)",
        hint: "add it, or rename the folder \(Self.maskFolder) to evaluate images only")
    }
    return found
  }
}
