import Kernels
import OpenCL

/// What the tables of taps depend on.
struct TableKey: Hashable {
  let geometry: ConvolutionGeometry
  let lanes: Int
}

/// Lookup tables with the positions of a convolution's taps: four ints per entry.
struct ConvolutionTables {
  /// For each (high channel, row, column) of the kernel: its offset on the high side relative to the first tap of a low
  /// pixel, its row and its column.
  let highTaps: OpenCLMemory
  /// By phase, for each (low channel, row, column) that contributes to it: its offset on the low side relative to the
  /// first tap of a high pixel, its row, its column, and the offset of its weight for the first high channel.
  let lowTaps: OpenCLMemory
  /// For each phase: its first row and first column on the high side, its first tap, and its number of taps.
  let phases: OpenCLMemory
  let phaseCount: Int
  /// Pixels of the largest phase, and the most terms in the sums of any phase.
  let largestPhase, longestSum: Int

  init(_ geometry: ConvolutionGeometry, lanes: Int, engine: OpenCLEngine) {
    let g = geometry
    var entries: [Int32] = []
    for channel in 0..<g.highChannels {
      for row in 0..<g.kernel {
        for column in 0..<g.kernel {
          let place = (channel * g.highPixels + row * g.highWidth + column) * lanes
          entries += [place, row, column, 0].map(Int32.init)
        }
      }
    }
    highTaps = engine.memory(entries, for: "a table of taps")
    entries = []
    var phases: [Int32] = []
    var (largest, longest) = (0, 0)
    for firstRow in 0..<min(g.stride, g.highHeight) {
      for firstColumn in 0..<min(g.stride, g.highWidth) {
        let start = entries.count / 4
        Self.appendTaps(of: (firstRow, firstColumn), g, lanes, to: &entries)
        let count = entries.count / 4 - start
        phases += [firstRow, firstColumn, start, count].map(Int32.init)
        let rows = chunkCount(of: g.stride, total: g.highHeight - firstRow)
        let columns = chunkCount(of: g.stride, total: g.highWidth - firstColumn)
        largest = max(largest, rows * columns)
        longest = max(longest, count)
      }
    }
    lowTaps = engine.memory(entries, for: "a table of taps")
    self.phases = engine.memory(phases, for: "a table of phases")
    phaseCount = phases.count / 4
    (largestPhase, longestSum) = (largest, longest)
  }

  /// Appends the taps through which low pixels contribute to a phase's high pixels.
  private static func appendTaps(
    of phase: (row: Int, column: Int), _ g: ConvolutionGeometry, _ lanes: Int, to entries: inout [Int32]
  ) {
    let rows = stride(from: (phase.row + g.padding) % g.stride, to: g.kernel, by: g.stride)
    let columns = stride(from: (phase.column + g.padding) % g.stride, to: g.kernel, by: g.stride)
    for channel in 0..<g.lowChannels {
      for (back, row) in rows.enumerated() {
        for (left, column) in columns.enumerated() {
          let place = (channel * g.lowPixels - back * g.lowWidth - left) * lanes
          let weight = channel * g.taps + row * g.kernel + column
          entries += [place, -back, -left, weight].map(Int32.init)
        }
      }
    }
  }
}
