import Kernels
import OpenCL

/// Device memory for the parts of numbers that are measured while the host is ahead, so that it reads them all at once.
///
/// The memory is used anew after it was read: whatever was measured before must have been asked for by then.
final class MeasureMemory {
  private unowned let engine: OpenCLEngine
  private var memory: OpenCLMemory?
  /// Floats reserved since the memory was last used anew.
  private var used = 0
  /// The floats that were read, from the first on.
  private var values: [Float] = []
  private var generation = 0

  init(_ engine: OpenCLEngine) { self.engine = engine }

  /// Makes room for the parts of a number.
  ///
  /// - Returns: the memory they belong into, and where they are then found.
  func reserve(_ kind: PendingMeasure.Kind, floats: Int) -> (memory: OpenCLMemory, measure: PendingMeasure) {
    if !values.isEmpty {
      values.removeAll(keepingCapacity: true)
      used = 0
      generation += 1
    }
    let range = used..<used + floats
    used = range.upperBound
    return (memory(floats: used), PendingMeasure(kind, floats: range, generation: generation))
  }

  /// The memory, enlarged if it holds fewer than `floats` floats.
  private func memory(floats: Int) -> OpenCLMemory {
    let size = floats * MemoryLayout<Float>.size
    if let memory, memory.byteCount >= size { return memory }
    let smallest = 1 << 16
    return engine.attempt { () throws(OpenCLError) in
      let larger = try OpenCLMemory(
        engine.queue, byteCount: max(smallest, 2 * size), for: "the parts of measured numbers")
      if let memory { try larger.copy(from: memory, byteCount: memory.byteCount) }
      memory = larger
      return larger
    }
  }

  /// The parts of a number; waits for the device if it has not been read yet.
  ///
  /// - Precondition: nothing was measured between the last reading and this one that the measure precedes.
  func parts(of measure: PendingMeasure) -> [Float] {
    precondition(measure.generation == generation, "a measured number was asked for too late")
    if values.count < measure.floats.upperBound, let memory {
      values = engine.attempt { () throws(OpenCLError) in try memory.readFloats(count: used) }
    }
    return Array(values[measure.floats])
  }
}
