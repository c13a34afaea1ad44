// Sums over planes, one work-group of GROUP items per plane. Each item adds every GROUPth element, then the items' sums
// are reduced as a tree: the order depends on the sizes alone.

/// The sum of all items' pairs, returned to every item. `pairs`: one per item.
static Pair sumOfGroup(Pair sum, local Pair *pairs) {
  int item = get_local_id(0);
  pairs[item] = sum;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int reach = GROUP / 2; reach > 0; reach /= 2) {
    if (item < reach) pairs[item] = addPair(pairs[item], pairs[item + reach]);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  Pair total = pairs[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return total;
}

/// sums[plane] = the mean, and the sum of squared deviations from it, excluding padding.
kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void planeMoments(
    global float4 *sums, global const float *values, int channels, int images, int lanes, int size) {
  local Pair pairs[GROUP];
  int plane = get_group_id(0), item = get_local_id(0);
  int used = min(lanes, images - plane / channels * lanes);
  global const float *numbers = values + plane * size;
  Pair sum = (Pair)(0, 0);
  for (int index = item; index < size; index += GROUP)
    if (index % lanes < used) sum = addFloat(sum, numbers[index]);
  float count = used * (size / lanes);
  Pair mean = dividePair(sumOfGroup(sum, pairs), count);
  Pair squares = (Pair)(0, 0);
  for (int index = item; index < size; index += GROUP) {
    if (index % lanes >= used) continue;
    float deviation = numbers[index] - mean.x;
    squares = addPair(squares, twoProduct(deviation, deviation));
  }
  // Taken from the mean rounded to float, then corrected for the rounding.
  Pair deviations = addFloat(sumOfGroup(squares, pairs), -mean.y * mean.y * count);
  if (item == 0) sums[plane] = (float4)(mean, deviations);
}

/// sums[plane] = Σ g and Σ g·(x − mean); padded lanes of g are zero, so whole planes can be summed.
kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void planeSlopes(
    global float4 *sums, global const float *gradient, global const float *raw, int rawOffset,
    global const float *mean, int meanOffset, int channels, int size) {
  local Pair pairs[GROUP];
  int plane = get_group_id(0), item = get_local_id(0);
  float center = mean[meanOffset + plane % channels];
  global const float *slopes = gradient + plane * size, *x = raw + rawOffset + plane * size;
  Pair sum = (Pair)(0, 0), products = (Pair)(0, 0);
  for (int index = item; index < size; index += GROUP) {
    sum = addFloat(sum, slopes[index]);
    products = addPair(products, twoProduct(slopes[index], x[index] - center));
  }
  sum = sumOfGroup(sum, pairs);
  products = sumOfGroup(products, pairs);
  if (item == 0) sums[plane] = (float4)(sum, products);
}
