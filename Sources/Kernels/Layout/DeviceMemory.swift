/// A buffer's values in device memory, owned by the engine of that device.
///
/// Operations run in the order they are issued; `read` and `write` block until done.
package protocol DeviceMemory: AnyObject {
  /// Copies all values to host memory.
  func read(into target: UnsafeMutablePointer<Float>)

  /// Overwrites all values from host memory.
  func write(from source: UnsafePointer<Float>)

  /// Sets all values to `value`.
  func fill(with value: Float)

  /// Copies the first `count` values from other device memory.
  ///
  /// - Returns: false, without copying, if the other memory belongs to another engine.
  func copy(from other: any DeviceMemory, count: Int) -> Bool
}

extension FloatBuffer {
  /// The buffer's mirror on a device, brought up to date.
  ///
  /// - Parameters:
  ///   - changes: whether the caller overwrites some or all values there.
  ///   - isOwn: whether the existing mirror belongs to the caller's device; values on another device are fetched first.
  ///   - make: allocates memory for `count` values on the caller's device.
  package func mirror<Memory: DeviceMemory>(
    changes: Bool, isOwn: (Memory) -> Bool, make: () -> Memory
  ) -> Memory {
    let memory: Memory
    if let present = mirror as? Memory, isOwn(present) {
      memory = present
    } else {
      bringToHost()
      memory = make()
      (mirror, isMirrored, isDeviceCurrent) = (memory, true, false)
    }
    if !isDeviceCurrent { memory.write(from: pointer) }
    isDeviceCurrent = true
    if changes { isHostCurrent = false }
    return memory
  }

  /// Makes the host copy current, for reading.
  @usableFromInline
  package func bringToHost() {
    guard let mirror, !isHostCurrent else { return }
    mirror.read(into: pointer)
    isHostCurrent = true
  }

  /// Makes the host copy the only current one, for writing.
  @usableFromInline
  package func takeToHost() {
    bringToHost()
    isDeviceCurrent = false
  }

  /// Sets all values on the device.
  func fillMirror(with value: Float) {
    mirror?.fill(with: value)
    (isDeviceCurrent, isHostCurrent) = (true, false)
  }

  /// Copies on the device if both buffers are there; otherwise returns false.
  func copyMirror(from other: FloatBuffer) -> Bool {
    guard let mirror, let source = other.mirror, other.isDeviceCurrent,
      mirror.copy(from: source, count: count)
    else { return false }
    (isDeviceCurrent, isHostCurrent) = (true, false)
    return true
  }
}
