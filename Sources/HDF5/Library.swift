import CHDF5
import Foundation

/// Guards all access to the C library, which may not be thread-safe (Debian's build is, others are not).
///
/// Every public function of this module calls `enter` first and `leave` last. The lock is recursive because handles
/// close themselves while it is held.
enum Library {
  private static let lock = NSRecursiveLock()

  static func enter() {
    lock.lock()
    // HDF5 prints its error stack to standard error on every failure. In a thread-safe build this setting is per
    // thread, so it cannot be turned off once and for all.
    H5Eset_auto2(shim_H5E_DEFAULT(), nil, nil)
  }

  static func leave() { lock.unlock() }

  /// The error stack of the last call, innermost cause first; must precede any other HDF5 call.
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
