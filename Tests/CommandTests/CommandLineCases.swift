extension BadInput {
  /// A command line alone, with the legal spec `digits.yaml` beside.
  private static func line(_ title: String, _ arguments: String, _ words: String...) -> BadInput {
    var bad = BadInput(title, 64) { workplace in
      try workplace.write(Spec.digits, to: "digits.yaml")
      return arguments.split(separator: " ").map(String.init)
    }
    bad.words = words
    return bad
  }

  static let commandLines = [
    line("no spec", "plan", "Missing expected argument '<experiment>'", "(experiments/mnist.yaml)"),
    line("unknown command", "trian digits.yaml", "'trian'", "Usage: ganomaly", "ganomaly --help"),
    line("unknown data command", "data get mnist", "'get'", "ganomaly data --help"),
    line("unknown option", "plan digits.yaml --colour", "Unknown option '--colour'", "ganomaly plan --help"),
    line("misspelt option", "plan digits.yaml --resuts a", "'--resuts'", "Did you mean '--results'?"),
    line("a second spec", "plan digits.yaml other.yaml", "Unexpected argument 'other.yaml'"),
    line("an option without value", "plan digits.yaml --data", "Missing value for '--data <data>'"),
    line("no threads", "run digits.yaml --threads 0", "--threads 0: give a number from 1 to 1024"),
    line("negative threads", "run digits.yaml --threads=-1", "--threads -1: give a number"),
    line("too many threads", "parity A.h5 --threads 1025", "--threads 1025: give a number from 1 to 1024"),
    line(
      "no time between checkpoints", "run digits.yaml --checkpoint-minutes 0", "give more than 0, such as 5"),
    line(
      "checkpoints without end", "run digits.yaml --checkpoint-minutes nan", "--checkpoint-minutes nan: give"),
    line("threads in words", "run digits.yaml --threads all", "'all' is invalid for '--threads <threads>'"),
    line(
      "unknown format", "table a.h5 --format pdf", "'pdf'", "'text', 'markdown', 'csv', 'json' or 'latex'"),
    line(
      "unknown measure", "table a.h5 --measure accuracy", "no measure 'accuracy'", "auroc, average_precision"),
    line("unknown kernels", "run digits.yaml --kernels slow", "'slow'", "'--kernels <kernels>'", "fast"),
    line("a benchmark of side 48", "bench --side 48", "--side 48: give 32, 64, 128 or 256"),
    line("a benchmark without time", "bench --seconds 0", "--seconds 0.0: give more than 0"),
    line("unknown data set", "data verify nonsense", "'nonsense'", "- emnist-letters"),
    line("nothing to fetch", "data fetch digits", "digits", "part of the program"),
    line("no jobs", "run digits.yaml --jobs 0", "--jobs 0: give a number from 1 to 1024"),
    line("jobs in words", "run digits.yaml -j many", "'many' is invalid for '-j <n>'"),
    line("a part that is none", "run digits.yaml --part 3/2", "'3/2' is invalid for '--part <k/n>'"),
    line("a part of none", "run digits.yaml --part 1/0", "'1/0' is invalid for '--part <k/n>'"),
    line(
      "a part of fewer than none", "run digits.yaml --part=-1/-1", "'-1/-1' is invalid for '--part <k/n>'"),
    line("a part before the first", "run digits.yaml --part 0/2", "'0/2' is invalid for '--part <k/n>'"),
    line("no run at most", "run digits.yaml --at-most 0", "--at-most 0: give a number from 1"),
    line(
      "jobs of a part", "run digits.yaml --jobs 2 --part 1/2",
      "--jobs cannot be combined with --at-most and --part"),
    line(
      "too many graphics cards", "submit digits.yaml --gpus-per-task 65",
      "--gpus-per-task 65: give a number from 0 to 64"),
    line("no task at a time", "submit digits.yaml --array-limit 0", "--array-limit 0: give a number from 1"),
    line(
      "a partition of no letters", "submit digits.yaml --partition=größe", "--partition 'größe': give a value"
    ),
    line("no candidate at most", "rank digits.yaml --top 0", "--top 0: give a number from 1"),
    line("a figure of another kind", "rank digits.yaml --figure a.pdf", "--figure a.pdf", ".svg or .png"),
    line("nothing to rank", "rank", "Missing expected argument '<experiments> ...'"),
    line("no golden file", "parity", "Missing expected argument '<files> ...'", "such as A.h5"),
    empty("an empty folder of results", ["run", "digits.yaml", "--results", ""], "--results: argument 4"),
    empty("an empty folder of maps", ["score", "a.h5", "a.png", "--maps", ""], "--maps: argument 5"),
    empty("an empty folder to verify", ["verify", ""], "verify: argument 2"),
    empty("an empty path", ["plan", ""], "plan: argument 2"),
  ]

  private static func empty(_ title: String, _ arguments: [String], _ place: String) -> BadInput {
    BadInput(title, 64, "\(place), which follows, is empty", "leave it out") { _ in arguments }
  }
}
