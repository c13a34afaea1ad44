import Foundation
import HDF5
import TestSupport
import Testing

/// Whether the program finds a device.
private let findsDevice: Bool =
  (try? withWorkplace { try $0.run("devices") })?.status == 0

@Suite("Without OpenCL")
struct WithoutOpenCLTests {
  @Test("the program says what is missing and what to install, and computes on the processor as ever")
  func without() throws {
    try withWorkplace { workplace in
      try workplace.write(Spec.digits.replacing("seeds", with: "held_out: [0]\nseeds"), to: "tiny.yaml")
      // A loader that finds no driver; where there is no loader, that is the message.
      let hidden = "OCL_ICD_VENDORS=/nowhere OCL_ICD_FILENAMES= "
      for command in ["devices", "run tiny.yaml --engine opencl"] {
        let outcome = try Program.run(shell: hidden + "\"$GANOMALY\" \(command)", in: workplace.folder)
        #expect(outcome.status == 66, "\(outcome.error)")
        #expect(outcome.error.hasPrefix("ganomaly: OpenCL: ") && outcome.error.contains("install"))
      }
      let outcome = try Program.run(shell: hidden + "\"$GANOMALY\" run tiny.yaml", in: workplace.folder)
      #expect(outcome.status == 0, "\(outcome.error)")
    }
  }
}

@Suite(
  "Runs on a device", .serialized,
  .enabled(if: findsDevice, "NO OPENCL HERE: install ocl-icd-libopencl1 and pocl-opencl-icd"))
struct EngineTests {
  private let training = SmallTraining(
    heldOut: "[4]", width: 4, epochs: 2, checkpoints: false,
    ["--engine", "opencl", "--device", "0", "--checkpoint-minutes", "1e-9"])

  @Test("a run that is killed and continued, one with one thread and one with two give the same bits")
  func sameBits() throws {
    let whole = try training.undisturbed().result
    try withWorkplace { workplace in
      try workplace.write(training.spec, to: "small.yaml")
      let program = try Program.start(training.arguments, in: workplace.folder)
      while program.isRunning, !workplace.files().contains(where: { $0.hasSuffix(".checkpoint.h5") }) {
        usleep(1000)
      }
      program.send(SIGKILL)
      #expect(try program.outcome().wasSignalled)
      #expect(try training.finish(workplace) == whole)
    }
    for threads in [1, 2] {
      try withWorkplace { workplace in
        try workplace.write(training.spec, to: "small.yaml")
        let outcome = try Program.run(
          shell: "POCL_MAX_PTHREAD_COUNT=\(threads) \(training.command)", in: workplace.folder)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(try SmallTraining.Result(workplace, output: outcome.output) == whole)
      }
    }
  }

  @Test("a run says on which device it was made and has an id of its own")
  func environment() throws {
    try withWorkplace { workplace in
      try workplace.write(training.spec, to: "small.yaml")
      _ = try training.finish(workplace)
      let run = try #require(workplace.files().first { $0.contains("/runs/") && $0.hasSuffix(".h5") })
      let root = try HDF5File.open(workplace.path(run)).root
      let facts = try root.openGroup("run/environment").attributes
      #expect(try facts.readString("engine") == "opencl")
      for name in ["opencl_platform", "opencl_device", "opencl_version", "opencl_driver", "opencl_kernels"] {
        #expect(try !facts.readString(name).isEmpty, "\(name)")
      }
      #expect(try root.openGroup("run/settings").attributes.readString("engine") == "opencl")
      // The same spec on the processor is another run.
      let plan = try workplace.run("plan", "small.yaml")
      #expect(plan.output.contains("stale: engine opencl, now cpu"), "\(plan.output)")
      let jobs = try workplace.run("run", "small.yaml", "--engine", "opencl", "--device", "0", "--jobs", "2")
      #expect(jobs.status == 0 && jobs.error.contains("1 of 1 runs are done"), "\(jobs.error)")
    }
  }

  /// Later epochs differ as much between the processor's own sets of kernels: roundings grow with every step.
  @Test("an AUROC after one epoch on the device is near the processor's")
  func auroc() throws {
    let arguments = ["run", "small.yaml", "--threads", "1"]
    let areas = try [arguments + ["--engine", "opencl", "--device", "0"], arguments].map { arguments in
      try withWorkplace { workplace in
        let spec = SmallTraining(heldOut: "[0]", width: 8, epochs: 1).spec
        try workplace.write("preset: clean\n" + spec, to: "small.yaml")
        let outcome = try Program.run(arguments, in: workplace.folder)
        #expect(outcome.status == 0, "\(outcome.error)")
        let run = try #require(workplace.files().first { $0.contains("/runs/") && $0.hasSuffix(".h5") })
        let file = try HDF5File.open(workplace.path(run))
        return try file.root.openDataset("run/history/auroc").read(Double.self).values
      }
    }
    // The headline's; further evaluations follow.
    let (device, processor) = (try #require(areas[0].first), try #require(areas[1].first))
    #expect(abs(device - processor) < 0.02)
  }

  @Test("a detector that the engine does not compute is refused by its name")
  func refused() throws {
    try withWorkplace { workplace in
      try workplace.write(Spec.digits, to: "tiny.yaml")
      let outcome = try workplace.run(
        "run", "tiny.yaml", "--engine", "opencl", "--set", "detector={name: pca}")
      #expect(outcome.status == 64)
      #expect(outcome.error.contains("the detector 'pca' is not computed by 'opencl'"), "\(outcome.error)")
    }
  }
}
