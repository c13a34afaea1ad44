import CHDF5
import Foundation

/// The one door to the C library, which need not be thread-safe (it is in Debian's build, not in others').
///
/// Every public function of this module calls `enter` first and `leave` last; the lock is recursive because
/// handles close themselves while it is held.
enum Library {
  private static let lock = NSRecursiveLock()

  static func enter() {
    lock.lock()
    // HDF5 prints its error stack to standard error at each failure; in a thread-safe build this is a setting of
    // each thread, hence not done once and for all.
    H5Eset_auto2(shim_H5E_DEFAULT(), nil, nil)
  }

  static func leave() { lock.unlock() }

  /// What the error stack of the last call says, innermost cause first; call it before any other HDF5 call.
  static func errorStack() -> [String] {
    let descriptions = Descriptions()
    let walked = H5Ewalk2(
      shim_H5E_DEFAULT(), H5E_WALK_UPWARD,
      { _, entry, data in
        guard let description = entry?.pointee.desc, let data else { return 0 }
        let text = String(cString: description)
        let descriptions = Unmanaged<Descriptions>.fromOpaque(data).takeUnretainedValue()
        if !text.isEmpty, !descriptions.texts.contains(text) { descriptions.texts.append(text) }
        return 0
      }, Unmanaged.passUnretained(descriptions).toOpaque())
    return walked < 0 ? [] : descriptions.texts
  }

  private final class Descriptions { var texts: [String] = [] }
}

/// The version of the C library in use, such as `1.14.5`.
public var hdf5Version: String {
  Library.enter()
  defer { Library.leave() }
  var (major, minor, release) = (UInt32(0), UInt32(0), UInt32(0))
  H5get_libversion(&major, &minor, &release)
  return "\(major).\(minor).\(release)"
}

/// How much of a file is open in this process, for tests of leaks: the file itself, groups, datasets, named types
/// and attributes.
public func openHDF5ObjectCount(of path: String) -> Int {
  Library.enter()
  defer { Library.leave() }
  let all = hid_t(bitPattern: UInt64(shim_H5F_OBJ_ALL()))
  var identifiers = [hid_t](repeating: 0, count: max(0, H5Fget_obj_count(all, shim_H5F_OBJ_ALL())))
  let count = H5Fget_obj_ids(all, shim_H5F_OBJ_ALL(), identifiers.count, &identifiers)
  return identifiers.prefix(max(0, count)).count { identifier in
    var name = [CChar](repeating: 0, count: path.utf8.count + 1)
    // The length is the whole name's, however little of it has found room.
    return H5Fget_name(identifier, &name, name.count) == path.utf8.count && strcmp(name, path) == 0
  }
}
