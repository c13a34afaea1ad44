// swift-tools-version: 6.2
import PackageDescription

/// The settings of all our targets: warnings are errors.
let ours: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The numeric kernels are compiled for AVX2 and FMA on x86-64 (on an older processor, `ganomaly` says so at startup);
/// without the flag, fused multiply-adds become library calls.
#if arch(x86_64)
  let numeric: [SwiftSetting] =
    ours + [.unsafeFlags(["-Xcc", "-march=x86-64-v3", "-Xcc", "-fno-math-errno"])]
#else
  let numeric: [SwiftSetting] = ours + [.unsafeFlags(["-Xcc", "-fno-math-errno"])]
#endif

func systemLibrary(_ name: String, pkgConfig: String, debian: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

func library(
  _ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = ours,
  exclude: [String] = [],
  resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies,
    resources: resources, swiftSettings: ours)
}

let package = Package(
  name: "ganomaly",
  products: [.executable(name: "ganomaly", targets: ["ganomaly"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    systemLibrary("COpenBLAS", pkgConfig: "openblas", debian: "libopenblas-dev"),
    systemLibrary("CHDF5", pkgConfig: "hdf5", debian: "libhdf5-dev"),
    systemLibrary("CZlib", pkgConfig: "zlib", debian: "zlib1g-dev"),
    systemLibrary("CArchive", pkgConfig: "libarchive", debian: "libarchive-dev"),
    systemLibrary("CMatio", pkgConfig: "matio", debian: "libmatio-dev"),
    systemLibrary("CPNG", pkgConfig: "libpng", debian: "libpng-dev"),
    systemLibrary("CTurboJPEG", pkgConfig: "libturbojpeg", debian: "libturbojpeg0-dev"),
    systemLibrary("CTIFF", pkgConfig: "libtiff-4", debian: "libtiff-dev"),
    systemLibrary("CWebP", pkgConfig: "libwebpdemux", debian: "libwebp-dev"),
    systemLibrary("CEXIF", pkgConfig: "libexif", debian: "libexif-dev"),
    // Debian's libstb-dev: one header, compiled here for BMP only.
    .target(name: "CSTB"),
    systemLibrary("CCurl", pkgConfig: "libcurl", debian: "libcurl4-openssl-dev"),
    systemLibrary("CCrypto", pkgConfig: "libcrypto", debian: "libssl-dev"),
    // Debian's libsvm has no pkg-config file; its module map names the library.
    .systemLibrary(name: "CSVM", providers: [.apt(["libsvm-dev"])]),
    .systemLibrary(name: "CProcessor"),
    // Headers only: the library is opened at run time, if there is one.
    .systemLibrary(name: "COpenCL", providers: [.apt(["opencl-c-headers"])]),
    // Provides the commit that `--version` and every result file report.
    .plugin(
      name: "StampCommit", capability: .buildTool(), path: "Sources/StampCommit", exclude: ["stamp.sh"]),
    .target(name: "BuildStamp", swiftSettings: ours, plugins: ["StampCommit"]),

    library("Diagnostics", []),
    library("Settings", []),
    library("Randomness", [], settings: numeric),
    library("Hashing", ["CCrypto", "Diagnostics"]),
    library("Images", ["CPNG"]),
    // The innermost loops, compiled for several instruction sets; the widest is chosen at run time.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    library(
      "Kernels", ["CKernels", "COpenBLAS", "CProcessor", "Diagnostics"], settings: numeric,
      exclude: ["README.md"]),
    library("OpenCL", ["COpenCL"]),
    library(
      "OpenCLEngine", ["Kernels", "OpenCL", "Hashing", "Diagnostics"], exclude: ["README.md"],
      resources: [.embedInCode("Text")]),
    library("NeuralNetworks", ["Kernels", "Randomness"]),
    library("ProtocolBuffers", []),
    library(
      "Exchange", ["NeuralNetworks", "ProtocolBuffers", "Diagnostics"], exclude: ["README.md"]),
    library("Metrics", ["Diagnostics", "Randomness"], settings: numeric),
    library("Embeddings", ["Diagnostics", "Kernels", "Randomness"], settings: numeric),
    library(
      "Datasets",
      [
        "Diagnostics", "Settings", "Randomness", "Hashing", "Images", "CZlib", "CArchive", "CPNG",
        "CTurboJPEG", "CTIFF", "CWebP", "CEXIF", "CSTB", "CCurl", "CMatio", "HDF5",
      ],
      exclude: ["Resources/Attribution.txt"],
      resources: [
        .embedInCode("Resources/digits-images.gz"), .embedInCode("Resources/digits-labels.gz"),
      ]),
    library(
      "Detectors",
      ["NeuralNetworks", "Kernels", "Randomness", "Settings", "Images", "Diagnostics", "CSVM"],
      exclude: ["README.md"]),
    library(
      "Specs", ["Settings", "Diagnostics", "Hashing", "Randomness", .product(name: "Yams", package: "Yams")]),
    .target(name: "CHDF5Driver", dependencies: ["CHDF5"]),
    library("HDF5", ["CHDF5", "CHDF5Driver"]),
    library(
      "Results", ["HDF5", "Specs", "Settings", "Metrics", "Diagnostics", "Hashing", "BuildStamp"],
      exclude: ["README.md"]),
    library("Parity", ["HDF5", "Detectors", "Images", "Kernels", "Randomness", "Settings", "Diagnostics"]),
    library(
      "Runner",
      [
        "Specs", "Datasets", "Detectors", "Metrics", "Embeddings", "Results", "Settings", "Images",
        "Diagnostics", "Kernels", "Randomness", "HDF5", "Exchange", "Hashing", "NeuralNetworks",
      ],
      exclude: ["README.md"]),
    library(
      "Reports",
      [
        "Results", "Metrics", "Embeddings", "Specs", "Settings", "Images", "Diagnostics", "ProtocolBuffers",
      ]),
    .executableTarget(
      name: "ganomaly",
      dependencies: [
        "Runner", "Reports", "Parity", "Results", "Specs", "Datasets", "Detectors", "Metrics", "Images",
        "Settings",
        "Diagnostics",
        "Kernels", "HDF5", "OpenCL", "OpenCLEngine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: ours),

    .target(
      name: "TestSupport", dependencies: ["Diagnostics", "HDF5"], path: "Tests/TestSupport",
      swiftSettings: ours),
    tests("Diagnostics", ["TestSupport"]),
    tests("Randomness", []),
    tests("Hashing", ["TestSupport", "Diagnostics"]),
    tests("Images", ["CPNG", "CZlib"], resources: [.copy("Fixtures")]),
    tests("Kernels", ["TestSupport", "CKernels", "Randomness", "Diagnostics"]),
    tests("OpenCL", []),
    tests(
      "OpenCLEngine",
      ["OpenCL", "Kernels", "Detectors", "Randomness", "Images", "Settings", "Diagnostics"]),
    tests(
      "NeuralNetworks", ["TestSupport", "Kernels", "Randomness", "HDF5"], resources: [.copy("Fixtures")]),
    tests("Metrics", ["TestSupport", "Diagnostics"], resources: [.copy("Fixtures")]),
    tests("Embeddings", ["TestSupport", "Diagnostics"], resources: [.copy("Fixtures")]),
    tests(
      "Datasets", ["TestSupport", "Settings", "Images", "Hashing", "Diagnostics", "CZlib", "CArchive"],
      resources: [.copy("Fixtures")]),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    tests(
      "Detectors",
      [
        "TestSupport", "CAllocationCounter", "HDF5", "NeuralNetworks", "Metrics", "Kernels", "Randomness",
        "Images", "Settings", "Diagnostics",
      ],
      resources: [.copy("Fixtures")]),
    tests("Specs", ["TestSupport", "Settings", "Diagnostics"]),
    tests("HDF5", ["TestSupport", "CHDF5"], resources: [.copy("Fixtures")]),
    tests(
      "Parity", ["TestSupport", "HDF5", "Kernels", "Diagnostics", "OpenCL", "OpenCLEngine"],
      resources: [.copy("Fixtures")]),
    tests(
      "Exchange",
      [
        "TestSupport", "Runner", "Results", "Specs", "Datasets", "Detectors", "NeuralNetworks", "Kernels",
        "Images",
        "Settings", "HDF5", "Diagnostics",
      ], resources: [.copy("Fixtures")]),
    tests("Results", ["TestSupport", "HDF5", "Specs", "Settings", "Metrics", "Diagnostics"]),
    tests(
      "Runner",
      [
        "TestSupport", "Specs", "Datasets", "Detectors", "Results", "Settings", "Images", "Kernels",
        "Diagnostics", "HDF5", "CZlib", "Metrics",
      ], resources: [.copy("Fixtures")]),
    tests(
      "Reports", ["TestSupport", "Results", "Metrics", "Specs", "Settings", "Images", "Diagnostics"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "FuzzTests",
      // The program checks files without a seal.
      dependencies: [
        "TestSupport", "Datasets", "Specs", "Results", "Parity", "Exchange", "HDF5", "Settings",
        "Diagnostics", "ganomaly",
      ],
      exclude: ["Corpus"], swiftSettings: ours),
    .testTarget(
      name: "CommandTests",
      // The tests run the program.
      dependencies: ["TestSupport", "HDF5", "CZlib", "Specs", "Datasets", "Results", "ganomaly"],
      swiftSettings: ours),
  ],
  swiftLanguageModes: [.v6]
)
