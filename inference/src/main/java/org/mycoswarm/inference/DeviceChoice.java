package org.mycoswarm.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Decides between CUDA and the CPU by what is really there.
///
/// The library lists CUDA as available on machines without a GPU, and asking it there takes ten
/// seconds and half a gigabyte of temporary files: so look for the driver and for cuBLAS first.
///
/// @param driver the file that the NVIDIA driver shows while it is loaded
/// @param gpuFlavour whether this build carries the CUDA flavour of ONNX Runtime
/// @param libraryFolders where the loader of this machine looks for libraries
/// @param trial the real attempt
record DeviceChoice(Path driver, boolean gpuFlavour, List<Path> libraryFolders, Trial trial) {
  static final String CUBLAS = "libcublasLt.so.12";

  /// Takes CUDA into use, once, and throws if that fails.
  interface Trial {
    void run() throws OrtException;
  }

  static DeviceChoice ofThisMachine() {
    return new DeviceChoice(
        Path.of("/proc/driver/nvidia/version"),
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        libraryFoldersOfThisMachine(),
        DeviceChoice::addCuda);
  }

  Device choose() {
    if (!Files.exists(driver)) {
      return cpu("there is no NVIDIA driver (no '%s')".formatted(driver));
    }
    if (!gpuFlavour) {
      return cpu(
          "an NVIDIA driver is here, but this build carries ONNX Runtime for CPUs only;"
              + " build with -Pgpu to use the GPU");
    }
    Optional<Path> cublas = cublas();
    if (cublas.isEmpty()) {
      return cpu(
          "an NVIDIA driver is here, but %s of CUDA 12 is not in %s; install it or name its folder in LD_LIBRARY_PATH"
              .formatted(CUBLAS, libraryFolders));
    }
    try {
      trial.run();
      return new Device(Device.CUDA, "CUDA works, with '%s'".formatted(cublas.get()));
    } catch (OrtException e) {
      return cpu("CUDA was tried and failed: " + e.getMessage());
    }
  }

  private static Device cpu(String reason) {
    return new Device(Device.CPU, "The CPU computes: " + reason);
  }

  private Optional<Path> cublas() {
    return libraryFolders.stream()
        .map(folder -> folder.resolve(CUBLAS))
        .filter(Files::exists)
        .findFirst();
  }

  private static void addCuda() throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.addCUDA(0);
    }
  }

  private static List<Path> libraryFoldersOfThisMachine() {
    String named = Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse("");
    Stream<String> usual =
        Stream.of(
            "/usr/local/cuda/lib64",
            "/usr/local/cuda-12/lib64",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib64",
            "/usr/lib");
    return Stream.concat(
            Arrays.stream(named.split(File.pathSeparator)).filter(folder -> !folder.isBlank()),
            usual)
        .map(Path::of)
        .toList();
  }
}
