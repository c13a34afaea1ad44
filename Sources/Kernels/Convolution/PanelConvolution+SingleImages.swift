import CKernels

// Batches without lanes: a few images, each a group of its own, `[channel][row][column]`. Padding one image to 16 lanes
// would cost 16 times the work. Instead, the 16 columns of a panel are pixels of one image, and the weights are read
// once for all images.

extension PanelConvolution {
  /// Panels of one image; the last one may have unused columns.
  private var panelsPerImage: Int { chunkCount(of: Self.columns, total: geometry.lowPixels) }

  func highToLowOfSingleImages(
    _ low: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    images: Int, context: ComputeContext
  ) {
    let g = geometry
    if isWhole {
      let items = DotProducts(
        low: low, high: high, weights: weights, rows: g.lowChannels, taps: g.taps, images: images)
      return context.perform(items, count: g.lowChannels, .panels)
    }
    let patches = context.memory(.patches, images * panelsPerImage * g.taps * Self.columns)
    context.perform(
      UnrollPixels(convolution: self, high: high, patches: patches, panels: panelsPerImage),
      count: images * g.highChannels, .panels)
    let items = SingleHighToLow(
      low: low, patches: UnsafePointer(patches), weights: weights, geometry: g, panels: panelsPerImage,
      images: images, processor: context.processor)
    context.perform(
      items, count: chunkCount(of: Self.rowsPerItem, total: g.lowChannels), .panels,
      scratch: Self.rowsPerItem * panelsPerImage * Self.columns)
  }

  /// One low channel: the dot product of its weights with each image.
  private struct DotProducts: WorkItems {
    let low: UnsafeMutablePointer<Float>
    let high, weights: UnsafePointer<Float>
    let rows, taps, images: Int

    func perform(_ row: Int, scratch: UnsafeMutablePointer<Float>) {
      for image in 0..<images {
        low[image * rows + row] = Reduction.dotProduct(
          weights + row * taps, high + image * taps, count: taps)
      }
    }
  }

  /// Unrolls one high channel of one image.
  private struct UnrollPixels: WorkItems {
    let convolution: PanelConvolution
    let high: UnsafePointer<Float>
    let patches: UnsafeMutablePointer<Float>
    let panels: Int

    func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let (image, channel) = (plane / g.highChannels, plane % g.highChannels)
      let source = high + plane * g.highPixels
      let columns = PanelConvolution.columns
      let panelStep = g.taps * columns
      let first = patches + image * panels * panelStep + channel * g.kernel * g.kernel * columns
      for kernelRow in 0..<g.kernel {
        for kernelColumn in 0..<g.kernel {
          let target = first + (kernelRow * g.kernel + kernelColumn) * columns
          var (x, row, column) = (0, kernelRow - g.padding, kernelColumn - g.padding)
          for pixel in 0..<g.lowPixels {
            let isInside =
              UInt(bitPattern: row) < UInt(bitPattern: g.highHeight)
              && UInt(bitPattern: column) < UInt(bitPattern: g.highWidth)
            target[pixel / columns * panelStep + pixel % columns] =
              isInside ? source[row * g.highWidth + column] : 0
            x += 1
            column += g.stride
            if x == g.lowWidth {
              (x, column) = (0, kernelColumn - g.padding)
              row += g.stride
            }
          }
          // Unused columns keep arbitrary values; their results are dropped.
        }
      }
    }
  }

  /// Some rows of low = weights · patches.
  private struct SingleHighToLow: WorkItems {
    let low: UnsafeMutablePointer<Float>
    let patches, weights: UnsafePointer<Float>
    let geometry: ConvolutionGeometry
    let panels, images: Int
    let processor: processor_kernels

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      let g = geometry
      let rows = chunk(item, of: rowsPerItem, total: g.lowChannels)
      let fits = g.lowPixels % columns == 0
      for image in 0..<images {
        let target = low + (image * g.lowChannels + rows.lowerBound) * g.lowPixels
        let rowStep = fits ? g.lowPixels : panels * columns
        PanelProduct.multiply(
          PanelFactor(pointer: weights + rows.lowerBound * g.taps, rowStep: g.taps, innerStep: 1),
          by: Panels(pointer: patches + image * panels * g.taps * columns, panelStep: g.taps * columns),
          into: Panels(pointer: fits ? target : scratch, panelStep: columns, rowStep: rowStep),
          rows: rows.count, panels: panels, inner: g.taps, processor)
        if !fits {
          for row in 0..<rows.count {
            (target + row * g.lowPixels).update(from: scratch + row * rowStep, count: g.lowPixels)
          }
        }
      }
    }
  }

  func lowToHighOfSingleImages(
    _ high: UnsafeMutablePointer<Float>, low: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    images: Int, context: ComputeContext
  ) {
    let g = geometry
    if isWhole {
      let items = WeightedRows(
        high: high, low: low, weights: weights, rows: g.lowChannels, taps: g.taps, images: images)
      return context.perform(items, count: chunkCount(of: items.tapsPerItem, total: g.taps), .panels)
    }
    let panels = context.memory(.patches, images * panelsPerImage * g.lowChannels * Self.columns)
    context.perform(
      PackPixels(geometry: g, low: low, target: panels, panels: panelsPerImage),
      count: images * g.lowChannels, .panels)
    let items = SingleLowToHigh(
      convolution: self, high: high, low: UnsafePointer(panels), weights: weights, panels: panelsPerImage,
      images: images, processor: context.processor)
    context.perform(
      items, count: chunkCount(of: channelsPerItem, total: g.highChannels), .panels,
      scratch: panelsPerImage * channelsPerItem * kernelTaps * Self.columns)
  }

  /// high = weightsᵀ · low, for some taps of each image.
  private struct WeightedRows: WorkItems {
    let tapsPerItem = 512
    let high: UnsafeMutablePointer<Float>
    let low, weights: UnsafePointer<Float>
    let rows, taps, images: Int

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      let range = chunk(item, of: tapsPerItem, total: taps)
      for image in 0..<images {
        let target = high + image * taps
        for tap in range { target[tap] = 0 }
        for row in 0..<rows {
          let (factor, source) = (low[image * rows + row], weights + row * taps)
          for tap in range { target[tap] += factor * source[tap] }
        }
      }
    }
  }

  /// Packs the pixels of one low channel of one image into panels.
  private struct PackPixels: WorkItems {
    let geometry: ConvolutionGeometry
    let low: UnsafePointer<Float>
    let target: UnsafeMutablePointer<Float>
    let panels: Int

    func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
      let (image, channel) = (plane / geometry.lowChannels, plane % geometry.lowChannels)
      let source = low + plane * geometry.lowPixels
      for panel in 0..<panels {
        let pixels = chunk(panel, of: columns, total: geometry.lowPixels)
        (target + ((image * panels + panel) * geometry.lowChannels + channel) * columns)
          .update(from: source + pixels.lowerBound, count: pixels.count)
      }
    }
  }

  /// Some high channels of each image: patches = weightsᵀ · low, accumulated into the high side (col2im).
  private struct SingleLowToHigh: WorkItems {
    let convolution: PanelConvolution
    let high: UnsafeMutablePointer<Float>
    let low, weights: UnsafePointer<Float>
    let panels, images: Int
    let processor: processor_kernels

    func perform(_ item: Int, scratch patches: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let channels = chunk(item, of: convolution.channelsPerItem, total: g.highChannels)
      let rows = channels.count * convolution.kernelTaps
      for image in 0..<images {
        PanelProduct.multiply(
          PanelFactor(
            pointer: weights + channels.lowerBound * convolution.kernelTaps, rowStep: 1, innerStep: g.taps),
          by: Panels(
            pointer: low + image * panels * g.lowChannels * columns, panelStep: g.lowChannels * columns),
          into: Panels(pointer: patches, panelStep: rows * columns), rows: rows, panels: panels,
          inner: g.lowChannels, processor)
        let target = high + image * g.highChannels * g.highPixels
        (target + channels.lowerBound * g.highPixels)
          .update(repeating: 0, count: channels.count * g.highPixels)
        for (index, channel) in channels.enumerated() {
          add(patches + index * convolution.kernelTaps * columns, rows, to: target + channel * g.highPixels)
        }
      }
    }

    /// high += the patches of one channel, which has `rows` rows in each panel.
    private func add(
      _ patches: UnsafePointer<Float>, _ rows: Int, to high: UnsafeMutablePointer<Float>
    ) {
      let g = convolution.geometry
      for kernelRow in 0..<g.kernel {
        for kernelColumn in 0..<g.kernel {
          let source = patches + (kernelRow * g.kernel + kernelColumn) * columns
          var pixel = 0
          for y in 0..<g.lowHeight {
            let row = y * g.stride + kernelRow - g.padding
            for x in 0..<g.lowWidth {
              let column = x * g.stride + kernelColumn - g.padding
              if UInt(bitPattern: row) < UInt(bitPattern: g.highHeight),
                UInt(bitPattern: column) < UInt(bitPattern: g.highWidth)
              {
                high[row * g.highWidth + column] +=
                  source[pixel / columns * rows * columns + pixel % columns]
              }
              pixel += 1
            }
          }
        }
      }
    }
  }
}
