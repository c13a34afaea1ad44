// Batches of images, and the layers between convolutions. One work-item per element of the result.

/// batch = table values for the bytes of the given images; padded lanes become zero.
///
/// bytes: [image][count]; table: 256 values for all images, or 256 for each image of the batch, `tableStep` apart.
kernel void loadBytes(
    global float *batch, global const uchar *bytes, global const int *indices, global const float *table,
    int tableStep, int images, int lanes, int count, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int lane = index % lanes;
  int number = index / lanes % count;
  int image = index / lanes / count * lanes + lane;
  batch[index] = 0;
  if (image < images)
    batch[index] = table[image * tableStep + bytes[(long)indices[image] * count + number]];
}

/// Sets padded lanes to zero.
kernel void clearPadding(global float *batch, int images, int lanes, int count, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int image = index / lanes / count * lanes + index % lanes;
  if (image >= images) batch[index] = 0;
}

/// low = the maximum of each 2×2 pixels of high; one work-item per element of low.
kernel void maxPool(
    global float *low, global const float *high, int lanes, int height, int width, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int pixel = index / lanes;
  int column = pixel % (width / 2), row = pixel / (width / 2) % (height / 2);
  int plane = pixel / (width / 2) / (height / 2);
  global const float *corner =
      high + ((plane * height + 2 * row) * width + 2 * column) * lanes + index % lanes;
  float a = corner[0], b = corner[lanes], c = corner[width * lanes], d = corner[(width + 1) * lanes];
  float top = a >= b ? a : b, bottom = c >= d ? c : d;
  low[index] = top >= bottom ? top : bottom;
}

/// The gradient of maxPool, which goes to the first maximum; one work-item per element of high.
kernel void maxPoolGradient(
    global float *highGradient, global const float *lowGradient, global const float *high, int lanes,
    int height, int width, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int pixel = index / lanes;
  int column = pixel % width, row = pixel / width % height, plane = pixel / width / height;
  if (column / 2 >= width / 2 || row / 2 >= height / 2) {
    highGradient[index] = 0;
    return;
  }
  int lane = index % lanes;
  global const float *corner =
      high + ((plane * height + row / 2 * 2) * width + column / 2 * 2) * lanes + lane;
  float a = corner[0], b = corner[lanes], c = corner[width * lanes], d = corner[(width + 1) * lanes];
  int top = (a >= b ? a : b) >= (c >= d ? c : d);
  int largest = top ? (a >= b ? 0 : 1) : (c >= d ? 2 : 3);
  int low = ((plane * (height / 2) + row / 2) * (width / 2) + column / 2) * lanes + lane;
  highGradient[index] = largest == row % 2 * 2 + column % 2 ? lowGradient[low] : 0;
}

/// high = each pixel of low repeated as 2×2 pixels; one work-item per element of high; height and width are high's.
kernel void upSample(
    global float *high, global const float *low, int lanes, int height, int width, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int pixel = index / lanes;
  int column = pixel % width, row = pixel / width % height, plane = pixel / width / height;
  high[index] = low[((plane * (height / 2) + row / 2) * (width / 2) + column / 2) * lanes + index % lanes];
}

/// low = the sum of each 2×2 pixels of high; one work-item per element of low; height and width are high's.
kernel void upSampleGradient(
    global float *low, global const float *high, int lanes, int height, int width, int total) {
  int index = get_global_id(0);
  if (index >= total) return;
  int pixel = index / lanes;
  int column = pixel % (width / 2), row = pixel / (width / 2) % (height / 2);
  int plane = pixel / (width / 2) / (height / 2);
  global const float *corner =
      high + ((plane * height + 2 * row) * width + 2 * column) * lanes + index % lanes;
  low[index] = (corner[0] + corner[lanes]) + (corner[width * lanes] + corner[(width + 1) * lanes]);
}
