import Foundation

/// Writes all of `bytes` to a descriptor, in as many calls as it takes.
///
/// - Parameter write: the system call; replaceable for tests.
/// - Returns: 0, or the system's error number. A call that writes nothing and reports no error counts as failed too
///   (`EIO`), since retrying it could go on forever.
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
