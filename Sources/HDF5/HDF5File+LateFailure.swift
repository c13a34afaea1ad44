import CHDF5
import CHDF5Driver
import Foundation

/// The first operating system error while a file was written, 0 for none.
final class WriteFailure: @unchecked Sendable {
  // Written by the driver inside HDF5 calls and read between them, both under the library's lock.
  fileprivate let code: UnsafeMutablePointer<Int32>

  fileprivate init() {
    code = .allocate(capacity: 1)
    code.initialize(to: 0)
  }

  deinit { code.deallocate() }
}

/// Files that are written to disk as they grow, to any size, and that survive a full disk.
///
/// Failed writes are hidden from HDF5, since it would crash; `requireWritten` and `finish` report them.
extension HDF5File {
  /// Creates a file that reports write failures late.
  ///
  /// - Throws: `alreadyExists` for an existing file; `inputOutput` when the folder cannot be written.
  public static func createTellingLate(_ path: String) throws(HDF5Error) -> HDF5File {
    Library.enter()
    defer { Library.leave() }
    let place = Place(file: path, object: "")
    if access(path, F_OK) == 0 {
      throw place.error(.alreadyExists, "create", "a file of this name exists")
    }
    let accessList = try accessList("create", at: place)
    let failure = WriteFailure()
    try place.check("create", ganomaly_set_late_failure_driver(accessList.value, failure.code))
    do {
      return try create(place, flags: shim_H5F_ACC_EXCL(), accessList, failure: failure)
    } catch {
      throw failure.code.pointee == 0 ? error : systemError(failure.code.pointee, "create", place)
    }
  }

  /// Checks that all writes so far have succeeded.
  ///
  /// - Throws: `inputOutput` when one has failed; the file is then useless.
  public func requireWritten() throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    let code = location.failure?.code.pointee ?? 0
    if code != 0 { throw Self.systemError(code, "write", location.place) }
  }

  /// Closes the file and everything open in it.
  ///
  /// - Throws: `inputOutput` when some of it was not written; the incomplete file is then removed.
  public func finish() throws(HDF5Error) {
    do {
      try close()
      try requireWritten()
    } catch {
      unlink(path)
      throw error
    }
  }

  private static func systemError(_ code: Int32, _ operation: String, _ place: Place) -> HDF5Error {
    place.error(.inputOutput, operation, String(cString: strerror(code)))
  }
}
