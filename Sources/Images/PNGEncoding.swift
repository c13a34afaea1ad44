import CPNG

extension ImageStore {
  /// Tiles the images, row by row, into a PNG file: gray for one channel, RGB for three.
  ///
  /// - Parameter columns: images per row; an incomplete last row is filled with black.
  /// - Precondition: at least one image, of one or three channels, and at least one column.
  public func png(columns: Int) -> [UInt8] {
    let (channels, height, width) = (shape.channels, shape.height, shape.width)
    precondition(count > 0 && columns > 0, "\(count) images in \(columns) columns")
    precondition(channels == 1 || channels == 3, "\(channels) channels")
    let rows = (count + columns - 1) / columns
    let stride = columns * width * channels
    var pixels = [UInt8](repeating: 0, count: rows * height * stride)
    for image in 0..<count {
      let corner = image / columns * height * stride + image % columns * width * channels
      for channel in 0..<channels {
        for row in 0..<height {
          let source = image * shape.count + (channel * height + row) * width
          for column in 0..<width {
            pixels[corner + row * stride + column * channels + channel] = bytes[source + column]
          }
        }
      }
    }
    return encodePNG(pixels, height: rows * height, width: columns * width, channels: channels)
  }
}

/// Uses libpng's simplified API, the only one that reports errors without `longjmp`.
private func encodePNG(_ pixels: [UInt8], height: Int, width: Int, channels: Int) -> [UInt8] {
  var image = png_image()
  image.version = UInt32(PNG_IMAGE_VERSION)
  image.width = UInt32(width)
  image.height = UInt32(height)
  image.format = channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
  // Incompressible data grows under deflate by less than this.
  var file = [UInt8](repeating: 0, count: pixels.count + height + pixels.count / 64 + 1024)
  var size = png_alloc_size_t(file.count)
  let succeeded = png_image_write_to_memory(&image, &file, &size, 0, pixels, 0, nil) != 0
  let message = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  png_image_free(&image)
  precondition(succeeded, "libpng does not encode \(height) × \(width) pixels: \(message)")
  return Array(file.prefix(Int(size)))
}
