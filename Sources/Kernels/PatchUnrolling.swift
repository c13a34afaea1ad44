// A patch is the part of the high side that meets one low pixel. Unrolled, patches form a matrix with a row for
// each tap (channel, kernel row, kernel column) and a column for each low pixel (image, row, column).

/// For one tap in one direction: which low positions meet the high side inside the image.
///
/// - Returns: the range of low positions whose high position low·stride + tap − padding lies in 0..<high.
@inline(__always)
private func validLow(tap: Int, high: Int, low: Int, stride: Int, padding: Int) -> Range<Int> {
  let offset = tap - padding
  let first = offset >= 0 ? 0 : (-offset + stride - 1) / stride
  let last = high - 1 - offset
  let end = last < 0 ? 0 : min(low, last / stride + 1)
  return first..<max(first, end)
}

/// patches[tap][low pixel of the block] = high, zero outside the image; overwrites `patches`.
func unroll(
  _ high: UnsafePointer<Float>, into patches: UnsafeMutablePointer<Float>, _ geometry: ConvolutionGeometry,
  channels: Range<Int>, block: Range<Int>, images: Int
) {
  let (kernel, stride, padding) = (geometry.kernel, geometry.stride, geometry.padding)
  let (lowHeight, lowWidth) = (geometry.lowHeight, geometry.lowWidth)
  var row = patches
  for channel in channels {
    for kernelRow in 0..<kernel {
      let rows = validLow(
        tap: kernelRow, high: geometry.highHeight, low: lowHeight, stride: stride, padding: padding)
      for kernelColumn in 0..<kernel {
        let columns = validLow(
          tap: kernelColumn, high: geometry.highWidth, low: lowWidth, stride: stride, padding: padding)
        for image in block {
          let source = high + (channel * images + image) * geometry.highPixels
          for y in 0..<lowHeight {
            guard rows.contains(y) else {
              for x in 0..<lowWidth { row[x] = 0 }
              row += lowWidth
              continue
            }
            let line =
              source + (y * stride + kernelRow - padding) * geometry.highWidth + kernelColumn - padding
            for x in 0..<columns.lowerBound { row[x] = 0 }
            if stride == 2 {
              for x in columns { row[x] = line[2 * x] }
            } else {
              for x in columns { row[x] = line[x * stride] }
            }
            for x in columns.upperBound..<max(columns.upperBound, lowWidth) { row[x] = 0 }
            row += lowWidth
          }
        }
      }
    }
  }
}

/// high = the sum of all patch elements that fall on each high pixel; overwrites the block's images of `high`.
func addRolled(
  _ patches: UnsafePointer<Float>, into high: UnsafeMutablePointer<Float>, _ geometry: ConvolutionGeometry,
  block: Range<Int>, images: Int
) {
  let (kernel, stride, padding) = (geometry.kernel, geometry.stride, geometry.padding)
  let (lowHeight, lowWidth) = (geometry.lowHeight, geometry.lowWidth)
  var row = patches
  for channel in 0..<geometry.highChannels {
    let firstImage = high + (channel * images + block.lowerBound) * geometry.highPixels
    firstImage.update(repeating: 0, count: block.count * geometry.highPixels)
    for kernelRow in 0..<kernel {
      let rows = validLow(
        tap: kernelRow, high: geometry.highHeight, low: lowHeight, stride: stride, padding: padding)
      for kernelColumn in 0..<kernel {
        let columns = validLow(
          tap: kernelColumn, high: geometry.highWidth, low: lowWidth, stride: stride, padding: padding)
        for image in 0..<block.count {
          let target = firstImage + image * geometry.highPixels
          for y in rows {
            let line =
              target + (y * stride + kernelRow - padding) * geometry.highWidth + kernelColumn - padding
            let values = row + y * lowWidth
            if stride == 2 {
              for x in columns { line[2 * x] += values[x] }
            } else {
              for x in columns { line[x * stride] += values[x] }
            }
          }
          row += lowHeight * lowWidth
        }
      }
    }
  }
}
