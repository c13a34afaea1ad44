/// Concatenates two batches along their channels and splits them again: for U-Net skip connections, and for joining
/// image and latent towers.
///
/// In the kernels' layout `[group][channel][row][column][lane]`, each group of the joined batch is the group of the
/// first part followed by that of the second.
enum Channels {
  /// joined = both parts, concatenated along channels. Overwrites `joined`.
  ///
  /// - Parameters:
  ///   - firstCount: values per image of the first part: channels times pixels.
  ///   - secondCount: values per image of the second part, which has as many pixels.
  static func join(
    _ joined: UnsafeMutablePointer<Float>, _ first: UnsafePointer<Float>, firstCount: Int,
    _ second: UnsafePointer<Float>, secondCount: Int, layout: BatchLayout, context: ComputeContext
  ) {
    struct Items: WorkItems {
      let joined: UnsafeMutablePointer<Float>
      let first, second: UnsafePointer<Float>
      let firstSize, secondSize: Int

      func perform(_ group: Int, scratch: UnsafeMutablePointer<Float>) {
        let target = joined + group * (firstSize + secondSize)
        target.update(from: first + group * firstSize, count: firstSize)
        (target + firstSize).update(from: second + group * secondSize, count: secondSize)
      }
    }
    let items = Items(
      joined: joined, first: first, second: second, firstSize: firstCount * layout.lanes,
      secondSize: secondCount * layout.lanes)
    context.perform(items, count: layout.groups, .elementwise)
  }

  /// Splits the result of `join`, or a gradient with respect to it: the backward pass of `join`.
  ///
  /// Overwrites each part that is not nil.
  static func split(
    _ joined: UnsafePointer<Float>, _ first: UnsafeMutablePointer<Float>?, firstCount: Int,
    _ second: UnsafeMutablePointer<Float>?, secondCount: Int, layout: BatchLayout, context: ComputeContext
  ) {
    struct Items: WorkItems {
      let joined: UnsafePointer<Float>
      let first, second: UnsafeMutablePointer<Float>?
      let firstSize, secondSize: Int

      func perform(_ group: Int, scratch: UnsafeMutablePointer<Float>) {
        let source = joined + group * (firstSize + secondSize)
        if let first { (first + group * firstSize).update(from: source, count: firstSize) }
        if let second { (second + group * secondSize).update(from: source + firstSize, count: secondSize) }
      }
    }
    let items = Items(
      joined: joined, first: first, second: second, firstSize: firstCount * layout.lanes,
      secondSize: secondCount * layout.lanes)
    context.perform(items, count: layout.groups, .elementwise)
  }
}
