import COpenCL
import Foundation

/// The functions of OpenCL, resolved in the loader at run time.
///
/// Only a program that opens the library needs it; a missing loader is a thrown error, not a failure to start.
public struct OpenCLLibrary: Sendable {
  let getPlatforms: clGetPlatformIDs_fn
  let getPlatformInfo: clGetPlatformInfo_fn
  let getDevices: clGetDeviceIDs_fn
  let getDeviceInfo: clGetDeviceInfo_fn
  let createContext: clCreateContext_fn
  let releaseContext: clReleaseContext_fn
  let createQueue: clCreateCommandQueue_fn
  let releaseQueue: clReleaseCommandQueue_fn
  let createBuffer: clCreateBuffer_fn
  let releaseMemory: clReleaseMemObject_fn
  let createProgram: clCreateProgramWithSource_fn
  let buildProgram: clBuildProgram_fn
  let getBuildInfo: clGetProgramBuildInfo_fn
  let releaseProgram: clReleaseProgram_fn
  let createKernel: clCreateKernel_fn
  let setArgument: clSetKernelArg_fn
  let releaseKernel: clReleaseKernel_fn
  let enqueueKernel: clEnqueueNDRangeKernel_fn
  let enqueueRead: clEnqueueReadBuffer_fn
  let enqueueWrite: clEnqueueWriteBuffer_fn
  let enqueueFill: clEnqueueFillBuffer_fn
  let enqueueCopy: clEnqueueCopyBuffer_fn
  let enqueueCopyRect: clEnqueueCopyBufferRect_fn
  let getProfile: clGetEventProfilingInfo_fn
  let releaseEvent: clReleaseEvent_fn
  let flush: clFlush_fn
  let finish: clFinish_fn

  /// File names under which loaders are installed.
  public static let loaders = ["libOpenCL.so.1", "libOpenCL.so"]

  /// Opens the loader, which stays open until the process ends.
  ///
  /// - Throws: `noLoader`; `failed` if the library lacks a function of OpenCL 1.2.
  public init(loaders: [String] = Self.loaders) throws(OpenCLError) {
    guard let handle = loaders.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else {
      throw OpenCLError(
        .noLoader, "find its loader", "no \(loaders.joined(separator: " or ")) is installed")
    }
    let symbols = Symbols(handle: handle)
    getPlatforms = try symbols.find("clGetPlatformIDs")
    getPlatformInfo = try symbols.find("clGetPlatformInfo")
    getDevices = try symbols.find("clGetDeviceIDs")
    getDeviceInfo = try symbols.find("clGetDeviceInfo")
    createContext = try symbols.find("clCreateContext")
    releaseContext = try symbols.find("clReleaseContext")
    createQueue = try symbols.find("clCreateCommandQueue")
    releaseQueue = try symbols.find("clReleaseCommandQueue")
    createBuffer = try symbols.find("clCreateBuffer")
    releaseMemory = try symbols.find("clReleaseMemObject")
    createProgram = try symbols.find("clCreateProgramWithSource")
    buildProgram = try symbols.find("clBuildProgram")
    getBuildInfo = try symbols.find("clGetProgramBuildInfo")
    releaseProgram = try symbols.find("clReleaseProgram")
    createKernel = try symbols.find("clCreateKernel")
    setArgument = try symbols.find("clSetKernelArg")
    releaseKernel = try symbols.find("clReleaseKernel")
    enqueueKernel = try symbols.find("clEnqueueNDRangeKernel")
    enqueueRead = try symbols.find("clEnqueueReadBuffer")
    enqueueWrite = try symbols.find("clEnqueueWriteBuffer")
    enqueueFill = try symbols.find("clEnqueueFillBuffer")
    enqueueCopy = try symbols.find("clEnqueueCopyBuffer")
    enqueueCopyRect = try symbols.find("clEnqueueCopyBufferRect")
    getProfile = try symbols.find("clGetEventProfilingInfo")
    releaseEvent = try symbols.find("clReleaseEvent")
    flush = try symbols.find("clFlush")
    finish = try symbols.find("clFinish")
  }

  private struct Symbols {
    let handle: UnsafeMutableRawPointer

    /// - Parameter name: a function whose type in cl.h is `Function`.
    func find<Function>(_ name: String) throws(OpenCLError) -> Function {
      guard let symbol = dlsym(handle, name) else {
        throw OpenCLError(.failed, "find \(name)", "the loader has no such function")
      }
      return unsafeBitCast(symbol, to: Function.self)
    }
  }

  /// Throws unless `code` is success.
  func check(
    _ code: Int32, _ operation: @autoclosure () -> String, _ detail: @autoclosure () -> String? = nil
  ) throws(OpenCLError) {
    if code != CL_SUCCESS { throw OpenCLError(operation(), code: code, detail()) }
  }
}
