/// The version of everything that turns a run's settings into numbers: kernels, layers, training, scoring, splits, use
/// of random streams. It is part of every run's id.
///
/// Increment it in any change that alters a run's numbers (a bug fix in a loss, another order of summation, another
/// random stream): earlier results then count as stale. Leave it for changes to speed, structure or file layout that
/// preserve the numbers.
public let numericsVersion = 2
