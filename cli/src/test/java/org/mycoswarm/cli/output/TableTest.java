package org.mycoswarm.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    new Table("JOB", "STATE")
        .row("a-long-id", "running")
        .row("b", "")
        .print(new PrintStream(bytes, true, UTF_8));

    assertThat(bytes.toString(UTF_8)).isEqualTo("JOB        STATE\na-long-id  running\nb\n");
  }

  @Test
  void aFileNameCannotMoveTheCursor() {
    assertThat(Table.printable("a\u001b[2Jb\nc\u0007")).isEqualTo("a?[2Jb c?");
  }

  @Test
  void figuresReadLikeWords() {
    assertThat(Figures.count(1, "file")).isEqualTo("1 file");
    assertThat(Figures.count(12_345, "file")).isEqualTo("12,345 files");
    assertThat(Figures.bytes(20 << 20)).isEqualTo("20.0 MiB");
    assertThat(Figures.bytes(900)).isEqualTo("900 B");
    assertThat(Figures.duration(Duration.ofMillis(12_340))).isEqualTo("12.3 s");
    assertThat(Figures.duration(Duration.ofSeconds(75))).isEqualTo("1 min 15 s");
    assertThat(Figures.duration(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
  }
}
