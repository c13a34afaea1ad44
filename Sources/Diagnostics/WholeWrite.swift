import Foundation

/// Writes all of `bytes` to a descriptor, as often as it takes.
///
/// - Parameter write: the system call; another for tests.
/// - Returns: 0, or the system's error number. A call that takes nothing and names no error has failed too (`EIO`):
///   to call it again would be to do so for ever.
public func writeWhole(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32,
  by write: (Int32, UnsafeRawPointer, Int) -> Int = { Foundation.write($0, $1, $2) }
) -> Int32 {
  var done = 0
  while done < bytes.count, let base = bytes.baseAddress {
    let count = write(descriptor, base + done, bytes.count - done)
    switch count {
    case 1...: done += count
    case 0: return EIO
    default: if errno != EINTR { return errno }
    }
  }
  return 0
}
