import CWebP
import Diagnostics

/// WebP decoding via libwebp: still images, lossy and lossless.
enum WebPFile {
  /// Whether bytes begin like a WebP file.
  static func recognizes(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8)
  }

  /// Decodes the stored pixels; alpha is dropped. Animations are refused, even of one frame.
  static func decode(_ bytes: [UInt8], from path: String) throws(Problem) -> DecodedImage {
    let (height, width, isAnimated) = try withContainer(bytes, from: path) { container in
      (
        Int(WebPDemuxGetI(container, WEBP_FF_CANVAS_HEIGHT)),
        Int(WebPDemuxGetI(container, WEBP_FF_CANVAS_WIDTH)),
        WebPDemuxGetI(container, WEBP_FF_FORMAT_FLAGS) & ANIMATION_FLAG.rawValue != 0
      )
    }
    guard !isAnimated else {
      throw Problem(.badData, at: path, "the WebP image is animated", hint: "save one frame as PNG")
    }
    try DecodedImage.checkSize(height: height, width: width, from: path)
    var features = WebPBitstreamFeatures()
    // The container and the image each have a size, which must agree before the image is decoded into `rgb`.
    guard WebPGetFeatures(bytes, bytes.count, &features) == VP8_STATUS_OK,
      Int(features.height) == height, Int(features.width) == width
    else { throw damaged(path) }
    var rgb = [UInt8](repeating: 0, count: 3 * height * width)
    guard WebPDecodeRGBInto(bytes, bytes.count, &rgb, rgb.count, Int32(3 * width)) != nil else {
      throw damaged(path)
    }
    return DecodedImage(height: height, width: width, rgb: rgb)
  }

  /// The EXIF chunk; nil if there is none.
  static func exif(in bytes: [UInt8], from path: String) throws(Problem) -> [UInt8]? {
    try withContainer(bytes, from: path) { container in
      var chunk = WebPChunkIterator()
      guard WebPDemuxGetChunk(container, "EXIF", 1, &chunk) != 0 else { return nil }
      defer { WebPDemuxReleaseChunkIterator(&chunk) }
      return Array(UnsafeBufferPointer(start: chunk.chunk.bytes, count: chunk.chunk.size))
    }
  }

  /// Calls `body` with the parsed chunks, which only a complete file has.
  private static func withContainer<Result>(
    _ bytes: [UInt8], from path: String, _ body: (OpaquePointer) -> Result
  ) throws(Problem) -> Result {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result? in
      var data = WebPData(bytes: buffer.baseAddress, size: buffer.count)
      guard let container = WebPDemux(&data) else { return nil }
      defer { WebPDemuxDelete(container) }
      return body(container)
    }
    guard let result else { throw damaged(path) }
    return result
  }

  private static func damaged(_ path: String) -> Problem {
    Problem(.badData, at: path, "the WebP image cannot be decoded: it is damaged or cut off")
  }
}
