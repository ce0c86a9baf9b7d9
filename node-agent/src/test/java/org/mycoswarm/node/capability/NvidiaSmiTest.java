package org.mycoswarm.node.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.node.capability.NvidiaSmi.Card;
import oshi.SystemInfo;

class NvidiaSmiTest {
  @TempDir Path folder;

  @Test
  void readsCards() {
    assertThat(NvidiaSmi.parse("0, NVIDIA H100, 81559, 570.1\n1, NVIDIA A2, 15356, 570.1\n"))
        .containsExactly(
            new Card(0, "NVIDIA H100", 81559L << 20, "570.1"),
            new Card(1, "NVIDIA A2", 15356L << 20, "570.1"));
  }

  @Test
  void whatACardDoesNotTellIsAbsent() {
    assertThat(NvidiaSmi.parse("0, NVIDIA GB10, [N/A], [Not Supported]\n"))
        .containsExactly(new Card(0, "NVIDIA GB10", null, null));
  }

  @Test
  void linesThatAreNoCardsArePassedOver() {
    assertThat(NvidiaSmi.parse("No devices were found\n\n[N/A], x, y, z\n")).isEmpty();
  }

  @Test
  void aFailureIsReportedInTheProgramsWords() throws Exception {
    Path program = program("echo 'NVIDIA-SMI has failed'; exit 9");

    assertThatThrownBy(() -> NvidiaSmi.ask(program.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Expected %s to list the cards, but it ended with 9: NVIDIA-SMI has failed"
                .formatted(program));
  }

  @Test
  void aRealProgramsAnswerGetsIntoTheDetail() throws Exception {
    Path program = program("echo '0, NVIDIA GB10, [N/A], 580.9'");

    Finding found = new GpuProbe(new SystemInfo().getHardware(), program.toString()).probe();

    assertThat(found.detail().get("gpus"))
        .hasToString(
            "[{\"name\":\"NVIDIA GB10\",\"vendor\":\"NVIDIA\",\"index\":0,\"driver\":\"580.9\"}]");
    assertThat(found.missing()).isEmpty();
  }

  @Test
  void withoutTheProgramThatIsMissingAndNothingIsThrown() throws Exception {
    Finding found = new GpuProbe(new SystemInfo().getHardware(), "no-such-program").probe();

    assertThat(found.missing())
        .contains(
            new Missing(
                "nvidia-smi",
                "Expected the program 'no-such-program' of an NVIDIA driver, but it cannot be started"));
  }

  private Path program(String script) throws IOException {
    Path program = folder.resolve("smi");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }
}
