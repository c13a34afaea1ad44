// stb_image, for BMP images in memory only.
#pragma once
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 100000000
#include <stb/stb_image.h>
