#include "late_failure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

// The driver's settings in an access list, for `open_file`.
typedef struct {
  int *failure;
} driver_info;

// A block that could not be written; the list is in write order.
typedef struct refused_block {
  haddr_t address;
  size_t size;
  struct refused_block *next;
  unsigned char bytes[];
} refused_block;

// HDF5 requires its own struct to come first.
typedef struct {
  H5FD_t own;
  int descriptor;
  int *failure;
  haddr_t allocated;
  haddr_t end;
  refused_block *first_refused;
  refused_block **last_refused;
} late_file;

static hid_t driver = H5I_INVALID_HID;

static void remember_failure(late_file *file) {
  if (*file->failure == 0) *file->failure = errno ? errno : EIO;
}

static H5FD_t *open_file(const char *name, unsigned flags, hid_t access_list, haddr_t most) {
  const driver_info *info = H5Pget_driver_info(access_list);
  if (!info) return NULL;
  int how = (flags & H5F_ACC_RDWR) ? O_RDWR : O_RDONLY;
  if (flags & H5F_ACC_TRUNC) how |= O_TRUNC;
  if (flags & H5F_ACC_CREAT) how |= O_CREAT;
  if (flags & H5F_ACC_EXCL) how |= O_EXCL;
  int descriptor = open(name, how | O_CLOEXEC, 0666);
  struct stat information;
  late_file *file = NULL;
  if (descriptor < 0 || fstat(descriptor, &information) != 0 || !(file = calloc(1, sizeof *file))) {
    *info->failure = errno;
    if (descriptor >= 0) close(descriptor);
    return NULL;
  }
  *info->failure = 0;
  file->descriptor = descriptor;
  file->failure = info->failure;
  file->end = (haddr_t)information.st_size;
  file->last_refused = &file->first_refused;
  (void)most;
  return &file->own;
}

static herr_t close_file(H5FD_t *own) {
  late_file *file = (late_file *)own;
  // Some network file systems report a full disk only here.
  if (close(file->descriptor) != 0) remember_failure(file);
  for (refused_block *block = file->first_refused; block;) {
    refused_block *next = block->next;
    free(block);
    block = next;
  }
  free(file);
  return 0;
}

static int compare_files(const H5FD_t *a, const H5FD_t *b) {
  int first = ((const late_file *)a)->descriptor, second = ((const late_file *)b)->descriptor;
  return first < second ? -1 : first > second;
}

static herr_t query_features(const H5FD_t *own, unsigned long *flags) {
  (void)own;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

static haddr_t allocated_end(const H5FD_t *own, H5FD_mem_t type) {
  (void)type;
  return ((const late_file *)own)->allocated;
}

static herr_t set_allocated_end(H5FD_t *own, H5FD_mem_t type, haddr_t address) {
  (void)type;
  ((late_file *)own)->allocated = address;
  return 0;
}

static haddr_t file_end(const H5FD_t *own, H5FD_mem_t type) {
  (void)type;
  return ((const late_file *)own)->end;
}

static herr_t read_bytes(H5FD_t *own, H5FD_mem_t type, hid_t list, haddr_t address, size_t size, void *buffer) {
  late_file *file = (late_file *)own;
  unsigned char *bytes = buffer;
  size_t done = 0;
  while (done < size) {
    ssize_t count = pread(file->descriptor, bytes + done, size - done, (off_t)(address + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    done += (size_t)count;
  }
  // Beyond the end of the file, read zeros.
  memset(bytes + done, 0, size - done);
  for (refused_block *block = file->first_refused; block; block = block->next) {
    haddr_t start = block->address > address ? block->address : address;
    haddr_t block_end = block->address + block->size, end = address + size;
    if (block_end < end) end = block_end;
    if (start < end) memcpy(bytes + (start - address), block->bytes + (start - block->address), end - start);
  }
  (void)type, (void)list;
  return 0;
}

// Keeps a block in memory; if even that fails, reports the failure to HDF5 after all.
static herr_t keep_block(late_file *file, haddr_t address, size_t size, const void *bytes) {
  refused_block *block = malloc(sizeof *block + size);
  if (!block) return -1;
  block->address = address;
  block->size = size;
  block->next = NULL;
  memcpy(block->bytes, bytes, size);
  *file->last_refused = block;
  file->last_refused = &block->next;
  return 0;
}

static herr_t write_bytes(
    H5FD_t *own, H5FD_mem_t type, hid_t list, haddr_t address, size_t size, const void *buffer) {
  late_file *file = (late_file *)own;
  const unsigned char *bytes = buffer;
  size_t done = 0;
  // Write nothing after a failure, so that the blocks in memory are in write order.
  while (done < size && *file->failure == 0) {
    ssize_t count = pwrite(file->descriptor, bytes + done, size - done, (off_t)(address + done));
    if (count < 0 && errno == EINTR) continue;
    // A call that writes nothing sets no error.
    if (count == 0) errno = EIO;
    if (count <= 0) remember_failure(file);
    if (count > 0) done += (size_t)count;
  }
  if (address + size > file->end) file->end = address + size;
  (void)type, (void)list;
  return done < size ? keep_block(file, address + done, size - done, bytes + done) : 0;
}

static herr_t truncate_file(H5FD_t *own, hid_t list, hbool_t is_closing) {
  late_file *file = (late_file *)own;
  if (file->end != file->allocated && *file->failure == 0 &&
      ftruncate(file->descriptor, (off_t)file->allocated) != 0)
    remember_failure(file);
  file->end = file->allocated;
  (void)list, (void)is_closing;
  return 0;
}

static const H5FD_class_t late_failure_class = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    // One of the values reserved for private drivers.
    .value = 301,
#endif
    .name = "late_failure",
    .maxaddr = ((haddr_t)1 << (8 * sizeof(off_t) - 1)) - 1,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(driver_info),
    .open = open_file,
    .close = close_file,
    .cmp = compare_files,
    .query = query_features,
    .get_eoa = allocated_end,
    .set_eoa = set_allocated_end,
    .get_eof = file_end,
    .read = read_bytes,
    .write = write_bytes,
    .truncate = truncate_file,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

herr_t ganomaly_set_late_failure_driver(hid_t access_list, int *failure) {
  if (driver < 0 || H5Iis_valid(driver) <= 0) driver = H5FDregister(&late_failure_class);
  if (driver < 0) return -1;
  driver_info info = {failure};
  return H5Pset_driver(access_list, driver, &info);
}
