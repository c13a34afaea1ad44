import Kernels
import OpenCL

/// The mirror of a buffer in the memory of an engine's device.
final class DeviceBuffer: DeviceMemory {
  let engine: OpenCLEngine
  let memory: OpenCLMemory
  private let count: Int

  init(_ engine: OpenCLEngine, count: Int) {
    self.engine = engine
    self.count = count
    memory = engine.attempt { () throws(OpenCLError) in
      try OpenCLMemory(
        engine.queue, byteCount: max(1, count) * MemoryLayout<Float>.size,
        for: "a buffer of \(count) numbers")
    }
  }

  func read(into target: UnsafeMutablePointer<Float>) {
    engine.attempt { () throws(OpenCLError) in
      let numbers = UnsafeMutableBufferPointer(start: target, count: count)
      try memory.read(into: UnsafeMutableRawBufferPointer(numbers))
    }
  }

  func write(from source: UnsafePointer<Float>) {
    engine.attempt { () throws(OpenCLError) in
      try memory.write(from: UnsafeRawBufferPointer(UnsafeBufferPointer(start: source, count: count)))
    }
  }

  func fill(with value: Float) {
    if count > 0 { engine.attempt { () throws(OpenCLError) in try memory.fill(with: value) } }
  }

  func copy(from other: any DeviceMemory, count: Int) -> Bool {
    guard let other = other as? DeviceBuffer, other.engine === engine else { return false }
    engine.attempt { () throws(OpenCLError) in
      try memory.copy(from: other.memory, byteCount: count * MemoryLayout<Float>.size)
    }
    return true
  }
}

extension OpenCLEngine {
  /// A buffer's memory on the device, brought up to date.
  ///
  /// - Parameter changes: whether the next operation overwrites some or all of it.
  func memory(_ buffer: FloatBuffer, changes: Bool) -> OpenCLMemory {
    buffer.mirror(changes: changes, isOwn: { $0.engine === self }) { DeviceBuffer(self, count: buffer.count) }
      .memory
  }

  /// A buffer as the argument of a kernel that only reads it.
  func read(_ buffer: FloatBuffer) -> OpenCLArgument { .memory(memory(buffer, changes: false)) }

  /// A buffer as the argument of a kernel that writes to it.
  func change(_ buffer: FloatBuffer) -> OpenCLArgument { .memory(memory(buffer, changes: true)) }

  /// A slice that a kernel only reads, as two arguments: buffer and offset.
  func read(_ slice: BufferSlice) -> [OpenCLArgument] { [read(slice.buffer), int(slice.offset)] }

  /// A slice that a kernel writes to, as two arguments: buffer and offset; a null pointer for nil.
  func change(_ slice: BufferSlice?) -> [OpenCLArgument] {
    guard let slice else { return [.none, .int(0)] }
    return [change(slice.buffer), int(slice.offset)]
  }

  func int(_ value: Int) -> OpenCLArgument {
    guard let narrow = Int32(exactly: value) else {
      return attempt { () throws(OpenCLError) in
        throw OpenCLError(
          .failed, "index \(value) elements", "kernels index fewer than 2³¹ elements: use a smaller batch")
      }
    }
    return .int(narrow)
  }

  /// The device counterpart of a host buffer of sums over planes: four floats per plane, as two pairs.
  func sums(_ buffer: DoubleBuffer) -> OpenCLArgument {
    if let present = buffer.device as? DeviceBuffer, present.engine === self {
      return .memory(present.memory)
    }
    let made = DeviceBuffer(self, count: 2 * buffer.count)
    buffer.device = made
    return .memory(made.memory)
  }
}
