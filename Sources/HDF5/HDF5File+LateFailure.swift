import CHDF5
import CHDF5Driver
import Foundation

/// The first error that the operating system gave while a file was written, 0 for none.
final class WriteFailure: @unchecked Sendable {
  // Written by the driver inside of HDF5's calls, read between them: both under the library's lock.
  fileprivate let code: UnsafeMutablePointer<Int32>

  fileprivate init() {
    code = .allocate(capacity: 1)
    code.initialize(to: 0)
  }

  deinit { code.deallocate() }
}

/// Files that are written to disk as they grow, however large, and that survive a disk that runs full.
///
/// HDF5 never learns of a write that failed, since it would crash; `requireWritten` and `finish` do.
extension HDF5File {
  /// Creates a file that tells of failures late.
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

  /// - Throws: `inputOutput` when something written so far has not arrived; the file is then of no use.
  public func requireWritten() throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    let code = location.failure?.code.pointee ?? 0
    if code != 0 { throw Self.systemError(code, "write", location.place) }
  }

  /// Closes the file, and with it all that is open in it.
  ///
  /// - Throws: `inputOutput` when some of it is not in the file; what there is is then removed.
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
