import CZlib
import Foundation

/// A PNG file of 8-bit samples: 1 channel is gray, 3 are RGB, pixel by pixel.
func png(_ pixels: [UInt8], height: Int, width: Int, channels: Int = 1) -> [UInt8] {
  precondition(pixels.count == height * width * channels)
  // Each row begins with its filter, 0 for none.
  let length = width * channels
  var rows: [UInt8] = []
  for row in 0..<height { rows += [0] + pixels[row * length..<(row + 1) * length] }
  var packed = [UInt8](repeating: 0, count: Int(compressBound(UInt(rows.count))))
  var count = UInt(packed.count)
  let status = compress(&packed, &count, rows, UInt(rows.count))
  precondition(status == Z_OK, "zlib says \(status)")
  let header = bigEndian(width) + bigEndian(height) + [8, channels == 1 ? 0 : 2, 0, 0, 0]
  return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", header)
    + chunk("IDAT", Array(packed[..<Int(count)])) + chunk("IEND", [])
}

private func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
  let body = Array(type.utf8) + content
  return bigEndian(content.count) + body + bigEndian(Int(crc32(0, body, UInt32(body.count))))
}

private func bigEndian(_ word: Int) -> [UInt8] { (0..<4).map { UInt8(word >> (24 - 8 * $0) & 0xff) } }

/// Writes a file, and the folders above it.
func write(_ bytes: [UInt8], to path: String) throws {
  let url = URL(fileURLWithPath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(bytes).write(to: url)
}
