import CHDF5

/// Sole owner of an HDF5 identifier of any kind, closed once when it goes.
struct Handle: ~Copyable, Sendable {
  let value: hid_t

  init(owning value: hid_t) { self.value = value }

  deinit {
    Library.enter()
    // Closing a file closes everything in it; identifiers are never reused, so a stale one is seen here.
    if H5Iis_valid(value) > 0 { H5Idec_ref(value) }
    Library.leave()
  }
}
