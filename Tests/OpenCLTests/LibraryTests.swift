import Testing

@testable import OpenCL

@Suite("The OpenCL library")
struct LibraryTests {
  @Test("a machine without a loader is told so by an error, not by a crash")
  func noLoader() {
    #expect { try OpenCLLibrary(loaders: ["libOpenCL-of-nobody.so"]) } throws: { error in
      (error as? OpenCLError)?.kind == .noLoader
    }
  }

  @Test("a library that is no OpenCL is refused by the function that it lacks")
  func otherLibrary() {
    #expect { try OpenCLLibrary(loaders: ["libc.so.6"]) } throws: { error in
      guard let error = error as? OpenCLError else { return false }
      return error.kind == .failed && error.operation.contains("clGetPlatformIDs")
    }
  }

  @Test("codes have the names of cl.h, and a lack of memory is one kind of them")
  func codes() {
    let memory = OpenCLError("allocate", code: -4)
    #expect(memory.kind == .outOfMemory)
    #expect(memory.description == "OpenCL cannot allocate: CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)")
    #expect(OpenCLError("launch", code: -54).kind == .failed)
    #expect(OpenCLError("launch", code: -9999).message == "error -9999")
  }
}

/// The first device that there is, a processor's driver among them; nil without OpenCL.
private let anyDevice: OpenCLDevice? = try? OpenCLDevice.all(OpenCLLibrary()).first

@Suite(
  "An OpenCL device",
  .enabled(if: anyDevice != nil, "NO OPENCL HERE: install ocl-icd-libopencl1 and pocl-opencl-icd"))
struct DeviceTests {
  private let device: OpenCLDevice

  init() throws { device = try #require(anyDevice) }

  @Test("it says what it is")
  func facts() {
    #expect(!device.name.isEmpty && !device.platform.isEmpty && !device.driver.isEmpty)
    #expect(device.version.hasPrefix("OpenCL "))
    #expect(device.memory > 1 << 20)
  }

  @Test("a kernel computes what its text says, and the queue counts its launches")
  func launch() throws {
    let queue = try OpenCLQueue(device, isProfiled: true)
    let program = try OpenCLProgram(
      queue,
      text: """
        kernel void scale(global float *values, float factor, int count) {
          int index = get_global_id(0);
          if (index < count) values[index] = factor * values[index] + SHIFT;
        }
        """, name: "scale", definitions: [("SHIFT", 3)])
    let kernel = try OpenCLKernel(program, "scale")
    let values: [Float] = [1, 2, 3, 4, 5]
    let memory = try OpenCLMemory(queue, byteCount: 20, for: "five numbers")
    try memory.write(values)
    try kernel.set([.memory(memory), .float(2), .int(4)])
    try queue.launch(kernel, groups: (1, 1, 1), groupSize: 8)
    #expect(try memory.readFloats(count: 5) == [5, 7, 9, 11, 5])
    #expect(queue.launches == 1)
    let times = try queue.takeProfile()
    #expect(times.map(\.name) == ["scale"] && times.allSatisfy { $0.end >= $0.start })
  }

  @Test("a text that does not compile is refused with the compiler's log")
  func badText() throws {
    let queue = try OpenCLQueue(device)
    #expect {
      try OpenCLProgram(queue, text: "kernel void broken() { nonsense }", name: "broken")
    } throws: { error in
      guard let error = error as? OpenCLError else { return false }
      return error.kind == .build && error.message.contains("nonsense") && error.operation.contains("broken")
    }
  }

  @Test("a buffer larger than any memory is refused by what it was for")
  func tooLarge() throws {
    let queue = try OpenCLQueue(device)
    #expect {
      try OpenCLMemory(queue, byteCount: 1 << 50, for: "a buffer of dreams")
    } throws: { error in
      guard let error = error as? OpenCLError else { return false }
      return error.kind == .outOfMemory && error.operation.contains("a buffer of dreams")
    }
  }
}
