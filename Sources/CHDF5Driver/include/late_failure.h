#pragma once
#include <hdf5.h>

/// Makes files with this access list use a driver that never reports a failed write to HDF5.
///
/// HDF5 1.10 reads freed memory when it closes a file that it could not flush, for example on a full disk. With this
/// driver every write appears to succeed: data that the operating system refuses is kept in memory until the file is
/// closed, so that it can be read back, and the first error number is stored in `failure` for the caller to check. The
/// file must then be discarded.
///
/// `failure` must outlive the file. It is also set if the file cannot be opened, and set to 0 when it is opened.
herr_t ganomaly_set_late_failure_driver(hid_t access_list, int *failure);
