/// The version of everything that turns a run's settings into numbers: kernels, layers, training, scoring,
/// splits, the use of random streams. It enters every run's id.
///
/// Raise it by one in the change that makes any run give other numbers than before (a bug fixed in a loss, sums
/// taken in another order, another random stream): the results computed before then count as stale. Leave it
/// for changes of speed, form or file layout that keep the numbers.
public let numericsVersion = 2
