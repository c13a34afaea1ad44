import CSTB
import Diagnostics

/// BMP decoding via stb_image: palettes of 1, 4 and 8 bits, and 16, 24 and 32 bits per pixel, uncompressed.
///
/// stb_image takes missing bytes for zeros, leaves missing palette entries undefined, and trusts offsets. So the header
/// is checked here, and stb_image gets the same pixels below the plainest header.
enum BMPFile {
  static let signature = Array("BM".utf8)

  /// Decodes the stored pixels. Alpha is dropped, palette entries that the file lacks are black.
  static func decode(_ bytes: [UInt8], from path: String) throws(Problem) -> DecodedImage {
    let header = try Header(bytes, from: path)
    let (height, width) = (abs(header.height), header.width)
    try DecodedImage.checkSize(height: height, width: width, from: path)
    let plain = try header.plainFile(bytes, from: path)

    var (decodedWidth, decodedHeight, channels) = (Int32(0), Int32(0), Int32(0))
    guard
      let pixels = stbi_load_from_memory(
        plain, Int32(plain.count), &decodedWidth, &decodedHeight, &channels, 3)
    else {
      throw Problem(
        .badData, at: path, "the BMP image cannot be decoded: \(String(cString: stbi_failure_reason()))")
    }
    defer { stbi_image_free(pixels) }
    precondition((Int(decodedHeight), Int(decodedWidth)) == (height, width), "stb_image read another size")
    var rgb = Array(UnsafeBufferPointer(start: pixels, count: 3 * height * width))
    if header.bits == 16 { widenAsPIL(&rgb, greenBits: header.masks == Header.masks565 ? 6 : 5) }
    return DecodedImage(height: height, width: width, rgb: rgb)
  }

  /// PIL scales samples of 5 and 6 bits by a truncated division; stb_image repeats their upper bits.
  private static func widenAsPIL(_ rgb: inout [UInt8], greenBits: Int) {
    func table(bits: Int) -> [UInt8] {
      let largest = (1 << bits) - 1
      return (0...255).map { (byte: Int) -> UInt8 in UInt8((byte >> (8 - bits)) * 255 / largest) }
    }
    let tables = [table(bits: 5), table(bits: greenBits), table(bits: 5)]
    for index in rgb.indices { rgb[index] = tables[index % 3][Int(rgb[index])] }
  }
}

/// What a BMP file's headers say.
private struct Header {
  static let masks555 = [0x7c00, 0x3e0, 0x1f]
  static let masks565 = [0xf800, 0x7e0, 0x1f]
  private static let fileHeader = 14
  /// The header that stb_image gets: BITMAPINFOHEADER.
  private static let plainSize = 40

  var width: Int
  /// Negative if the first row is the top one.
  var height: Int
  /// Bits per pixel.
  var bits: Int
  /// The bits of red, green and blue in a pixel; empty for the default.
  var masks: [Int] = []
  /// Blue, green, red and a zero for each of `2^bits` palette entries.
  private var palette: [UInt8] = []
  /// Where the pixels begin.
  private var offset: Int

  init(_ bytes: [UInt8], from path: String) throws(Problem) {
    func number(_ position: Int, _ count: Int = 4) throws(Problem) -> Int {
      guard position + count <= bytes.count else { throw Self.cutOff(bytes, path) }
      return bytes[position..<position + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    func refusal(_ cause: String) -> Problem {
      Problem(.badData, at: path, "the BMP image \(cause)", hint: "convert it to PNG")
    }
    let size = try number(14)
    guard [12, 40, 52, 56, 64, 108, 124].contains(size) else {
      throw Problem(.badData, at: path, "the BMP image has an unknown header of \(size) bytes")
    }
    let isOld = size == 12
    width = isOld ? try number(18, 2) : try number(18)
    height = isOld ? try number(20, 2) : Int(Int32(truncatingIfNeeded: try number(22)))
    bits = isOld ? try number(24, 2) : try number(28, 2)
    let compression = isOld ? 0 : try number(30)
    let colors = isOld ? 0 : try number(46)
    offset = try number(10)
    guard [1, 4, 8, 16, 24, 32].contains(bits) else { throw refusal("has \(bits) bits per pixel") }
    guard compression != 1, compression != 2 else { throw refusal("is run-length encoded") }
    guard compression == 0 || compression == 3 && size != 64 && bits >= 16 else {
      throw refusal("is compressed by method \(compression)")
    }
    if compression == 3 {
      let found = [try number(54), try number(58), try number(62)]
      let bytesOfPixel = [0xff, 0xff00, 0xff_0000, 0xff00_0000]
      let isKnown =
        switch bits {
        case 16: found == Self.masks555 || found == Self.masks565
        case 24: found == [0xff_0000, 0xff00, 0xff]
        default: Set(found).count == 3 && found.allSatisfy(bytesOfPixel.contains) || found == [0, 0, 0]
        }
      guard isKnown else { throw refusal("has unknown channel masks") }
      if bits != 24, found != [0, 0, 0] { masks = found }
    }
    if bits <= 8 {
      let (entry, start) = (isOld ? 3 : 4, Self.fileHeader + size)
      let count = colors == 0 ? 1 << bits : min(colors, 1 << bits)
      guard start + entry * count <= bytes.count else { throw Self.cutOff(bytes, path) }
      palette = [UInt8](repeating: 0, count: 4 << bits)
      for color in 0..<count {
        for channel in 0..<3 { palette[4 * color + channel] = bytes[start + entry * color + channel] }
      }
      // Some programs forget the palette here, and PIL forgives them.
      if offset == start { offset += entry * count }
    }
    guard offset >= Self.fileHeader + size else {
      throw Problem(.badData, at: path, "the BMP image's pixels begin within its header, at byte \(offset)")
    }
  }

  /// The same pixels in a file of the plainest header.
  func plainFile(_ bytes: [UInt8], from path: String) throws(Problem) -> [UInt8] {
    let size = (width * bits + 31) / 32 * 4 * abs(height)
    guard offset <= bytes.count, size <= bytes.count - offset else { throw Self.cutOff(bytes, path) }
    func littleEndian(_ value: Int, _ count: Int = 4) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let begin = Self.fileHeader + Self.plainSize + 4 * masks.count + palette.count
    var file = BMPFile.signature + littleEndian(begin + size) + littleEndian(0) + littleEndian(begin)
    file += littleEndian(Self.plainSize) + littleEndian(width) + littleEndian(height)
    file += littleEndian(1, 2) + littleEndian(bits, 2) + littleEndian(masks.isEmpty ? 0 : 3)
    file += [UInt8](repeating: 0, count: 20)
    for mask in masks { file += littleEndian(mask) }
    return file + palette + bytes[offset..<offset + size]
  }

  private static func cutOff(_ bytes: [UInt8], _ path: String) -> Problem {
    Problem(.badData, at: path, "the BMP image is cut off after \(bytes.count) bytes")
  }
}
