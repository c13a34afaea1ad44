/// A buffer's numbers in the memory of a device, as the engine of that device keeps them.
///
/// What is asked of a device happens in the order of asking; `read` and `write` return when they are done.
package protocol DeviceMemory: AnyObject {
  /// Copies all numbers to the processor's memory.
  func read(into target: UnsafeMutablePointer<Float>)

  /// Overwrites all numbers.
  func write(from source: UnsafePointer<Float>)

  /// Sets all numbers to `value`.
  func fill(with value: Float)

  /// Overwrites the first `count` numbers by those of other memory.
  ///
  /// - Returns: false where the other memory is no neighbor of this one; then nothing is done.
  func copy(from other: any DeviceMemory, count: Int) -> Bool
}

extension FloatBuffer {
  /// Its numbers on a device, as they are at present.
  ///
  /// - Parameters:
  ///   - changes: whether the caller overwrites some or all of them there.
  ///   - isOwn: whether the present mirror is on the caller's device; another one's numbers are fetched first.
  ///   - make: new memory of that device for `count` numbers.
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

  /// Makes the processor's side current, to be read.
  @usableFromInline
  package func bringToHost() {
    guard let mirror, !isHostCurrent else { return }
    mirror.read(into: pointer)
    isHostCurrent = true
  }

  /// Makes the processor's side the only current one, to be changed.
  @usableFromInline
  package func takeToHost() {
    bringToHost()
    isDeviceCurrent = false
  }

  /// Sets all numbers on the device.
  func fillMirror(with value: Float) {
    mirror?.fill(with: value)
    (isDeviceCurrent, isHostCurrent) = (true, false)
  }

  /// Copies on the device, where both buffers are.
  func copyMirror(from other: FloatBuffer) -> Bool {
    guard let mirror, let source = other.mirror, other.isDeviceCurrent,
      mirror.copy(from: source, count: count)
    else { return false }
    (isDeviceCurrent, isHostCurrent) = (true, false)
    return true
  }
}
