import CPNG
import Images
import Testing

@Suite("Error maps")
struct ErrorMapTests {
  private static let shape = ImageShape(channels: 2, height: 4, width: 4)
  private static let image = (0..<32).map { UInt8(7 * $0 % 251) }
  private static let reconstruction = (0..<32).map { UInt8(13 * $0 % 241) }

  /// `scipy.ndimage.gaussian_filter(d, σ, mode="reflect", truncate=4)` of the mean |x − x̂|/255 over the channels.
  private static let expected: [(deviation: Double, values: [Float])] = [
    (
      0,
      [0.1882353, 0.2117647, 0.2352941, 0.2843137] + [Float](repeating: 0.2843137, count: 12)
    ),
    (
      0.5,
      [
        0.200767, 0.2195374, 0.2429618, 0.2796251, 0.27433, 0.2765731, 0.2793722, 0.2837534, 0.284289,
        0.2842946,
        0.2843015, 0.2843123, 0.2843137, 0.2843137, 0.2843137, 0.2843137,
      ]
    ),
    (
      1,
      [
        0.2292503, 0.2397223, 0.2567796, 0.2720094, 0.2588865, 0.2637223, 0.271599, 0.2786318, 0.2792944,
        0.280249,
        0.2818038, 0.2831921, 0.28391, 0.2839868, 0.2841118, 0.2842235,
      ]
    ),
  ]

  @Test("are SciPy's Gaussian filter of the difference, mirrored at the edges", arguments: expected.indices)
  func smoothing(index: Int) {
    let (deviation, values) = Self.expected[index]
    let map = ErrorMap(
      image: Self.image[...], reconstruction: Self.reconstruction[...], shape: Self.shape,
      smoothing: deviation / 4)
    #expect(map.height == 4 && map.width == 4)
    for (found, value) in zip(map.values, values) {
      #expect(abs(found - value) < 2e-7, "\(found), not \(value)")
    }
  }

  @Test("are drawn from dark violet to yellow beside image and reconstruction, enlarged to a visible size")
  func drawing() throws {
    let shape = ImageShape(channels: 1, height: 2, width: 2)
    let image: [UInt8] = [0, 10, 255, 100]
    let map = ErrorMap(image: image[...], reconstruction: [0, 10, 0, 100], shape: shape, smoothing: 0)
    #expect(map.values == [0, 0, 1, 0])
    let colored = map.colored
    #expect((0..<3).map { colored[4 * $0] } == [68, 1, 84], "no error")
    #expect((0..<3).map { colored[4 * $0 + 2] } == [253, 231, 37], "the largest")
    let file = map.png(image: image[...], reconstruction: [0, 10, 0, 100], shape: shape)
    var header = png_image()
    header.version = UInt32(PNG_IMAGE_VERSION)
    #expect(png_image_begin_read_from_memory(&header, file, file.count) != 0)
    header.format = UInt32(PNG_FORMAT_FLAG_COLOR)
    #expect(header.width == 3 * 128 && header.height == 128)
    var pixels = [UInt8](repeating: 0, count: 3 * 128 * 3 * 128)
    #expect(png_image_finish_read(&header, nil, &pixels, 0, nil) != 0)
    func pixel(_ row: Int, _ column: Int) -> [UInt8] {
      Array(pixels[3 * (384 * row + column)..<3 * (384 * row + column) + 3])
    }
    #expect(pixel(127, 0) == [255, 255, 255] && pixel(63, 127) == [10, 10, 10])
    #expect(pixel(127, 128) == [0, 0, 0], "the reconstruction")
    #expect(pixel(127, 256) == [253, 231, 37] && pixel(127, 383) == [68, 1, 84], "the map")
  }
}
