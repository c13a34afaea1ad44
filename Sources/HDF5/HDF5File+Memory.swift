import CHDF5
import Foundation

/// Files that are composed in memory and brought to disk in one piece.
///
/// HDF5 does not survive a disk that runs full under it (1.10 reads freed memory when a file that could not be
/// flushed is closed): this way it never sees a disk.
extension HDF5File {
  /// Creates a file in memory; nothing is at `path` before `save`.
  ///
  /// - Throws: `inputOutput` when there is no memory, or when a file in memory has that path already.
  public static func createInMemory(_ path: String) throws(HDF5Error) -> HDF5File {
    Library.enter()
    defer { Library.leave() }
    let place = Place(file: path, object: "")
    let accessList = try accessList("create", at: place)
    let growth = 1 << 20
    try place.check("create", H5Pset_fapl_core(accessList.value, growth, false))
    return try create(place, flags: shim_H5F_ACC_EXCL(), accessList)
  }

  /// Hands all that the file holds to the operating system under `path`, which must be free.
  ///
  /// - Parameter trailer: makes bytes of the file's that follow them; readers of HDF5 do not look there.
  /// - Throws: `alreadyExists`, or `inputOutput` with the operating system's reason; what was written is then
  ///   removed again.
  public func save(followedBy trailer: ([UInt8]) -> [UInt8] = { _ in [] }) throws(HDF5Error) {
    var image = try image()
    image += trailer(image)
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw systemError(errno) }
    var done = 0
    var failure: Int32 = 0
    image.withUnsafeBytes { bytes in
      while done < bytes.count, failure == 0 {
        let count = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        // A call that takes nothing names no error: to call it again would be to do so for ever.
        if count > 0 {
          done += count
        } else if count == 0 {
          failure = EIO
        } else if errno != EINTR {
          failure = errno
        }
      }
    }
    // Some network file systems say only here that there is no space.
    if Glibc.close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else {
      unlink(path)
      throw systemError(failure)
    }
  }

  /// The bytes of the file as it would stand on disk.
  private func image() throws(HDF5Error) -> [UInt8] {
    Library.enter()
    defer { Library.leave() }
    let identifier = try location.identifier(to: "save")
    try location.place.check("save", H5Fflush(identifier, H5F_SCOPE_LOCAL))
    let size = H5Fget_file_image(identifier, nil, 0)
    guard size >= 0 else { throw location.place.libraryError("save") }
    var copied = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      copied = H5Fget_file_image(identifier, buffer.baseAddress, size)
      count = max(0, copied)
    }
    guard copied == size else { throw location.place.libraryError("save") }
    return bytes
  }

  private func systemError(_ code: Int32) -> HDF5Error {
    location.place.error(
      code == EEXIST ? .alreadyExists : .inputOutput, "save", String(cString: strerror(code)))
  }
}
