#pragma once
#include <hdf5.h>

/// Makes files of this access list be read and written by a driver that never tells HDF5 of a write that failed.
///
/// HDF5 1.10 reads freed memory when a file that could not be flushed is closed, as on a full disk. Under this driver
/// it always sees its writes succeed: what the operating system refuses is kept in memory until the file is closed, so
/// that reading it back works, and the first error number is left at `failure` for the caller to ask for. The file is
/// then to be thrown away.
///
/// `failure` must outlive the file. It is also set when the file cannot be opened, and to 0 when it is.
herr_t ganomaly_set_late_failure_driver(hid_t access_list, int *failure);
