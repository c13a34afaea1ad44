import CTIFF
import Diagnostics

/// TIFF decoding via LibTIFF: files of one image with 1 to 16 bits per sample, gray, color or palette.
enum TIFFFile {
  /// Little- and big-endian, classic TIFF and BigTIFF.
  static let signatures = ["II*\0", "MM\0*", "II+\0", "MM\0+"].map { Array($0.utf8) }

  /// Decodes the stored pixels in the order of the file, whatever its orientation tag.
  ///
  /// 16-bit samples are rounded to the nearest byte, v·255/65535, where PIL truncates or refuses them. Alpha is dropped,
  /// after dividing by it if the colors are premultiplied, as PIL does. Anything that LibTIFF reports as an error is a
  /// refusal; its warnings, mostly of private tags, are ignored.
  static func decode(_ bytes: [UInt8], from path: String) throws(Problem) -> DecodedImage {
    let file = try TIFFHandle(bytes, from: path)
    let layout = try TIFFLayout(file)
    try DecodedImage.checkSize(height: layout.height, width: layout.width, from: path)
    layout.prepare()

    var image = TIFFRGBAImage()
    var message = [CChar](repeating: 0, count: 1024)
    guard TIFFRGBAImageBegin(&image, file.tiff, 1, &message) != 0 else {
      let text = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw file.failure(text)
    }
    defer { TIFFRGBAImageEnd(&image) }
    // Otherwise LibTIFF mirrors and turns the image, or some of it.
    image.req_orientation = image.orientation
    if layout.isGray, image.isContig != 0, image.bitspersample >= 8 { image.put.contig = putGray }
    var pixels = [UInt32](repeating: 0, count: layout.height * layout.width)
    guard
      TIFFRGBAImageGet(&image, &pixels, UInt32(layout.width), UInt32(layout.height)) != 0,
      file.errors.isEmpty
    else { throw file.failure("") }
    return DecodedImage(
      height: layout.height, width: layout.width, rgb: rgb(pixels, isPremultiplied: layout.isPremultiplied))
  }

  /// The orientation tag, 1 to 8.
  static func orientation(in bytes: [UInt8], from path: String) throws(Problem) -> Int {
    let file = try TIFFHandle(bytes, from: path)
    return file.short(TIFFTAG_ORIENTATION) ?? 1
  }

  /// The colors of pixels packed as ABGR.
  private static func rgb(_ pixels: [UInt32], isPremultiplied: Bool) -> [UInt8] {
    var rgb = [UInt8](repeating: 0, count: 3 * pixels.count)
    for (index, pixel) in pixels.enumerated() {
      let alpha = pixel >> 24
      for channel in 0..<3 {
        var value = pixel >> UInt32(8 * channel) & 0xff
        if isPremultiplied { value = alpha == 0 ? 0 : min(255, value * 255 / alpha) }
        rgb[3 * index + channel] = UInt8(value)
      }
    }
    return rgb
  }

  /// Takes the place of LibTIFF's routine for gray samples of 8 and 16 bits, which truncates the latter, and loses its
  /// place in tiles that reach beyond the image if pixels have further samples.
  private static let putGray: tileContigRoutine = {
    image, raster, _, _, width, height, fromSkew, toSkew, data in
    guard let image = image?.pointee, var raster, let data else { return }
    let (samples, isWhiteZero) = (
      Int(image.samplesperpixel), image.photometric == UInt16(PHOTOMETRIC_MINISWHITE)
    )
    var position = 0
    for _ in 0..<height {
      for _ in 0..<width {
        var gray: UInt32
        if image.bitspersample == 16 {
          let sample = UnsafeRawPointer(data).loadUnaligned(fromByteOffset: 2 * position, as: UInt16.self)
          gray = (UInt32(sample) + 128) / 257
        } else {
          gray = UInt32(data[position])
        }
        if isWhiteZero { gray = 255 - gray }
        raster.pointee = 0xff00_0000 | gray << 16 | gray << 8 | gray
        raster += 1
        position += samples
      }
      position += Int(fromSkew) * samples
      raster += Int(toSkew)
    }
  }
}
