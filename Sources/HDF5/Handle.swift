import CHDF5

/// The sole owner of an HDF5 identifier of any kind, closed once on deinit.
struct Handle: ~Copyable, Sendable {
  let value: hid_t

  init(owning value: hid_t) { self.value = value }

  deinit {
    Library.enter()
    // Closing a file closes everything in it; identifiers are never reused, so a stale one is detected here.
    if H5Iis_valid(value) > 0 { H5Idec_ref(value) }
    Library.leave()
  }
}
