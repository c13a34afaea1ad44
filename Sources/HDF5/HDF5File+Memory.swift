import CHDF5
import Foundation

/// Files that are built in memory and written to disk in one piece, or read from bytes.
///
/// HDF5 does not survive a disk that fills up (1.10 reads freed memory when it closes a file that could not be
/// flushed): built this way, it never sees a disk.
extension HDF5File {
  /// Creates a file in memory; nothing exists at `path` before `save`.
  ///
  /// - Throws: `inputOutput` when memory runs out, or when a file in memory already has that path.
  public static func createInMemory(_ path: String) throws(HDF5Error) -> HDF5File {
    Library.enter()
    defer { Library.leave() }
    let place = Place(file: path, object: "")
    return try create(place, flags: shim_H5F_ACC_EXCL(), memoryAccessList("create", at: place))
  }

  /// Opens a copy, in memory, of a file of which `image` are the bytes; nothing exists at `path`.
  ///
  /// - Throws: `wrongContent` if they are not those of an HDF5 file, `inputOutput` when memory runs out.
  public static func openInMemory(_ path: String, image: [UInt8]) throws(HDF5Error) -> HDF5File {
    Library.enter()
    defer { Library.leave() }
    let place = Place(file: path, object: "")
    let accessList = try memoryAccessList("open", at: place)
    var image = image
    try place.check("open", H5Pset_file_image(accessList.value, &image, image.count))
    let handle = try place.own("open", H5Fopen(path, shim_H5F_ACC_RDWR(), accessList.value))
    return try HDF5File(handle, path: path)
  }

  private static func memoryAccessList(_ operation: String, at place: Place) throws(HDF5Error) -> Handle {
    let accessList = try accessList(operation, at: place)
    let growth = 1 << 20
    try place.check(operation, H5Pset_fapl_core(accessList.value, growth, false))
    return accessList
  }

  /// Writes the whole file to `path`, which must not exist.
  ///
  /// - Parameter trailer: computes, from the file's bytes, further bytes to append; HDF5 readers ignore them.
  /// - Throws: `alreadyExists`, or `inputOutput` with the operating system's reason; anything written is then removed.
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
        // A call that writes nothing reports no error; retrying it could go on forever.
        if count > 0 {
          done += count
        } else if count == 0 {
          failure = EIO
        } else if errno != EINTR {
          failure = errno
        }
      }
    }
    // Some network file systems report a full disk only here.
    if Glibc.close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else {
      unlink(path)
      throw systemError(failure)
    }
  }

  /// The bytes of the file as it would be on disk.
  public func image() throws(HDF5Error) -> [UInt8] {
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
