import CEXIF
import Diagnostics

/// How an image's stored rows and columns lie in the upright image: the values of the EXIF and TIFF tag `Orientation`,
/// named for where the stored first row and first column are.
enum Orientation: Int, CaseIterable {
  case topLeft = 1
  case topRight, bottomRight, bottomLeft, leftTop, rightTop, rightBottom, leftBottom

  /// What an image file's tag says; `topLeft` if it has none, or an invalid one, as for PIL's `exif_transpose`.
  ///
  /// Read from JPEG's APP1 segment, PNG's eXIf chunk, WebP's EXIF chunk and TIFF's own tags. BMP has none.
  ///
  /// - Throws: `Problem` if the file's structure is damaged; a damaged EXIF block counts as none.
  init(of bytes: [UInt8], from path: String) throws(Problem) {
    let value: Int? =
      switch ImageFormat(bytes) {
      case .jpeg: JPEGFile.exif(in: bytes).flatMap(Self.tag)
      case .png: try PNGFile.exif(in: bytes, from: path).flatMap(Self.tag)
      case .webP: try WebPFile.exif(in: bytes, from: path).flatMap(Self.tag)
      case .tiff: try TIFFFile.orientation(in: bytes, from: path)
      case .bmp, nil: nil
      }
    self = value.flatMap(Orientation.init) ?? .topLeft
  }

  /// Whether stored rows become columns.
  var swapsSides: Bool { rawValue >= Self.leftTop.rawValue }

  /// The stored row and column of a pixel of the upright image.
  ///
  /// - Parameters:
  ///   - height: stored rows.
  ///   - width: stored columns.
  func stored(row: Int, column: Int, height: Int, width: Int) -> (row: Int, column: Int) {
    switch self {
    case .topLeft: (row, column)
    case .topRight: (row, width - 1 - column)
    case .bottomRight: (height - 1 - row, width - 1 - column)
    case .bottomLeft: (height - 1 - row, column)
    case .leftTop: (column, row)
    case .rightTop: (height - 1 - column, row)
    case .rightBottom: (height - 1 - column, width - 1 - row)
    case .leftBottom: (column, width - 1 - row)
    }
  }

  /// The tag in the first directory of an EXIF block; nil if the block is damaged or lacks it.
  private static func tag(_ block: [UInt8]) -> Int? {
    let name = Array("Exif\0\0".utf8)
    // libexif recognizes a block by its name, which only JPEG and some writers of WebP put before it.
    let named = block.starts(with: name) ? block : name + block
    guard let size = UInt32(exactly: named.count), let data = exif_data_new() else { return nil }
    defer { exif_data_unref(data) }
    exif_data_load_data(data, named, size)
    // ifd is a C array, a tuple whose first element is IFD 0.
    guard let entry = exif_content_get_entry(data.pointee.ifd.0, EXIF_TAG_ORIENTATION),
      entry.pointee.format == EXIF_FORMAT_SHORT, entry.pointee.components > 0, entry.pointee.size >= 2,
      let bytes = entry.pointee.data
    else { return nil }
    return Int(exif_get_short(bytes, exif_data_get_byte_order(data)))
  }
}

extension DecodedImage {
  /// The upright image, as PIL's `exif_transpose` makes it.
  ///
  /// - Parameter orientation: how the pixels are stored.
  func turned(_ orientation: Orientation) -> DecodedImage {
    guard orientation != .topLeft else { return self }
    let (rows, columns) = orientation.swapsSides ? (width, height) : (height, width)
    var turned = [UInt8](repeating: 0, count: rgb.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let from = orientation.stored(row: row, column: column, height: height, width: width)
        let (source, target) = (3 * (from.row * width + from.column), 3 * (row * columns + column))
        for channel in 0..<3 { turned[target + channel] = rgb[source + channel] }
      }
    }
    return DecodedImage(height: rows, width: columns, rgb: turned)
  }
}
