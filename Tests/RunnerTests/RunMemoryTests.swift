import Datasets
import Images
import Kernels
import Settings
import Specs
import Testing

@testable import Runner

@Suite("The memory that a run is estimated to need")
struct RunMemoryTests {
  /// On digits, images of 1,024 values.
  private func estimate(_ detector: String) throws -> (bytes: Int, images: Int) {
    let experiment = try tinyExperiment("held_out=[0]", "detector={\(detector)}")
    let run = experiment.runs[0]
    let dataset = try Dataset.load(experiment.dataset)
    let split = try run.split(dataset, spec: "tiny.yaml")
    let bytes = try RunMemory.bytes(
      of: run, run.evaluations,
      on: ImageSelection(dataset.images, indices: split.train, scale: PixelScale(.symmetric)),
      testImages: split.test.count, context: ComputeContext(threads: 1))
    return (bytes, split.train.count)
  }

  @Test("includes the matrices of principal components")
  func principalComponents() throws {
    let plain = try estimate("name: knn").bytes
    // Products, eigenvectors and axes, in doubles.
    let matrices = 3 * 1024 * 1024 * 8
    #expect(try estimate("name: pca").bytes == plain + matrices)
    #expect(try estimate("name: mahalanobis").bytes == plain + matrices)
    #expect(try estimate("name: kde").bytes == plain)
    #expect(try estimate("name: kde, pca: 0.9").bytes == plain + matrices)
  }

  @Test("includes libsvm's rows and its cache, which has a limit")
  func supportVectors() throws {
    let plain = try estimate("name: knn").bytes
    let (bytes, images) = try estimate("name: oc-svm")
    #expect(bytes == plain + images * 1025 * 16 + images * images * 4)
    let fewer = try estimate("name: oc-svm, subsample: 100").bytes
    #expect(fewer == plain + 100 * 1025 * 16 + 100 * 100 * 4)
  }
}
