/// Joining two batches along their channels, and taking them apart: U-Net skips, towers for image and latent.
///
/// In the kernels' layout `[group][channel][row][column][lane]` each group of the joined batch is the first part's
/// group, then the second's.
enum Channels {
  /// joined = both parts, the first one's channels before the second one's. Overwrites `joined`.
  ///
  /// - Parameters:
  ///   - firstCount: numbers in one image of the first part: its channels times its pixels.
  ///   - secondCount: those of the second part, which has as many pixels.
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

  /// The two parts of what `join` made, or of a gradient with respect to it: its backward pass.
  ///
  /// Overwrites each part that is wanted; nil for one that is not.
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
