package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CUDA is taken only where it works, and a person is told why not otherwise.
class DeviceChoiceTest {
  private static final DeviceChoice.Trial WORKS = () -> {};
  private static final DeviceChoice.Trial FAILS =
      () -> {
        throw new OrtException("no kernel image");
      };

  private static final DeviceChoice.Trial NOT_ASKED =
      () -> {
        throw new AssertionError("CUDA must not be tried here: it takes ten seconds");
      };

  @TempDir Path machine;
  private Path driver;
  private List<Path> libraries;

  @BeforeEach
  void emptyMachine() {
    driver = machine.resolve("nvidia-version");
    libraries = List.of(machine.resolve("lib"));
  }

  @Test
  void without_a_driver_the_cpu_computes() {
    Device device = new DeviceChoice(driver, true, libraries, NOT_ASKED).choose();

    assertThat(device)
        .isEqualTo(
            new Device("cpu", "The CPU computes: there is no NVIDIA driver (no '" + driver + "')"));
  }

  @Test
  void a_build_for_cpus_says_how_to_use_the_gpu() throws IOException {
    Files.createFile(driver);

    Device device = new DeviceChoice(driver, false, libraries, NOT_ASKED).choose();

    assertThat(device.name()).isEqualTo("cpu");
    assertThat(device.reason())
        .isEqualTo(
            "The CPU computes: an NVIDIA driver is here, but this build carries ONNX Runtime for"
                + " CPUs only; build with -Pgpu to use the GPU");
  }

  @Test
  void without_cublas_the_cpu_computes_and_says_where_it_looked() throws IOException {
    Files.createFile(driver);

    Device device = new DeviceChoice(driver, true, libraries, NOT_ASKED).choose();

    assertThat(device.name()).isEqualTo("cpu");
    assertThat(device.reason())
        .isEqualTo(
            "The CPU computes: an NVIDIA driver is here, but libcublasLt.so.12 of CUDA 12 is not in "
                + libraries
                + "; install it or name its folder in LD_LIBRARY_PATH");
  }

  @Test
  void cuda_that_fails_leaves_the_cpu() throws IOException {
    Files.createFile(driver);
    cublas();

    Device device = new DeviceChoice(driver, true, libraries, FAILS).choose();

    assertThat(device)
        .isEqualTo(
            new Device("cpu", "The CPU computes: CUDA was tried and failed: no kernel image"));
  }

  @Test
  void cuda_that_works_computes() throws IOException {
    Files.createFile(driver);
    Path cublas = cublas();

    Device device = new DeviceChoice(driver, true, libraries, WORKS).choose();

    assertThat(device).isEqualTo(new Device("cuda", "CUDA works, with '" + cublas + "'"));
  }

  @Test
  void this_machine_has_one_or_the_other_and_a_reason() {
    try (OnnxRuntime runtime = OnnxRuntime.start()) {
      assertThat(runtime.device().name()).isIn(Device.CPU, Device.CUDA);
      assertThat(runtime.device().reason()).isNotBlank();
    }
  }

  private Path cublas() throws IOException {
    Files.createDirectories(libraries.getFirst());
    return Files.createFile(libraries.getFirst().resolve("libcublasLt.so.12"));
  }
}
