#pragma once
#include <tiffio.h>

// TIFFGetField and TIFFSetField are variadic, which Swift does not import: one inline function for each kind of tag
// in use. Each returns 0 if the file has no such tag and the library knows no default.

// Tags with one 16-bit value, such as TIFFTAG_PHOTOMETRIC.
static inline int shim_tiff_get_short(TIFF *file, uint32_t tag, uint16_t *value) {
  return TIFFGetFieldDefaulted(file, tag, value);
}

// Tags with one 32-bit value, such as TIFFTAG_IMAGEWIDTH.
static inline int shim_tiff_get_long(TIFF *file, uint32_t tag, uint32_t *value) {
  return TIFFGetFieldDefaulted(file, tag, value);
}

// The kinds of the samples beyond color; the library owns them.
static inline int shim_tiff_get_extra_samples(TIFF *file, uint16_t *count, uint16_t **kinds) {
  return TIFFGetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, count, kinds);
}

// The library copies what it is given here.
static inline int shim_tiff_set_extra_samples(TIFF *file, uint16_t count, const uint16_t *kinds) {
  return TIFFSetField(file, TIFFTAG_EXTRASAMPLES, count, kinds);
}

// The palette's three curves of 2^BitsPerSample values; the library owns them.
static inline int shim_tiff_get_palette(TIFF *file, uint16_t **red, uint16_t **green, uint16_t **blue) {
  return TIFFGetField(file, TIFFTAG_COLORMAP, red, green, blue);
}

static inline int shim_tiff_set_palette(
    TIFF *file, const uint16_t *red, const uint16_t *green, const uint16_t *blue) {
  return TIFFSetField(file, TIFFTAG_COLORMAP, red, green, blue);
}
