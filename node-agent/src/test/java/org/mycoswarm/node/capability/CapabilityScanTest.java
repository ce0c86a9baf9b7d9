package org.mycoswarm.node.capability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.node.ModelShelf;
import org.mycoswarm.node.generate.ChatServerSettings;
import org.mycoswarm.node.generate.ChatServers;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.NodeReport;

class CapabilityScanTest {
  @TempDir Path home;

  @Test
  void thisMachineIsDescribed() throws Exception {
    try (ModelShelf shelf = new ModelShelf(home.resolve("no-models"), home.resolve("natives"))) {
      NodeReport report =
          CapabilityScan.ofThisMachine(
                  home,
                  home.resolve("rates.json"),
                  shelf,
                  new ChatServers(ChatServerSettings.NONE, Duration.ZERO),
                  1,
                  () -> false)
              .scan("n1", "here", List.of(), 4_096L, CapabilityOverride.NONE);

      var detail = report.detail();
      assertThat(detail.at("/cpu/logicalCores").asInt()).isPositive();
      assertThat(detail.at("/memory/totalBytes").asLong()).isPositive();
      assertThat(detail.at("/disk/homeTotalBytes").asLong()).isPositive();
      assertThat(detail.at("/gpus").isArray()).isTrue();
      assertThat(detail.at("/java").asText()).contains("25");
      assertThat(detail.at("/missing").toString()).contains("Expected a folder of models at");
      assertThat(Objects.requireNonNull(report.resources()).ramMiB()).isEqualTo(4_096);
      CapabilityView stage = report.capabilities().getFirst();
      assertThat(stage.kind()).isEqualTo("shard-forward");
      assertThat(stage.model()).isNull();
      assertThat(stage.unit()).isEqualTo("bytes");
      assertThat(stage.rate()).isGreaterThan(50e6);
      assertThat(Files.readString(home.resolve("rates.json")))
          .contains("shard-forward cpu 1 threads");
    }
  }

  @Test
  void aProbeThatThrowsIsMissingWithItsReasonAndTheOthersGoOn() throws Exception {
    CapabilityScan scan =
        new CapabilityScan(
            List.of(
                probe(
                    "broken",
                    () -> {
                      throw new UnsatisfiedLinkError("no such library");
                    }),
                new SystemProbe()),
            List.of());

    NodeReport report = scan.scan("n1", "here", List.of(), null, CapabilityOverride.NONE);

    assertThat(report.detail().at("/missing/0/what").asText()).isEqualTo("broken");
    assertThat(report.detail().at("/missing/0/reason").asText())
        .isEqualTo("Expected to look at it, but: java.lang.UnsatisfiedLinkError: no such library");
    assertThat(report.detail().has("os")).isTrue();
  }

  @Test
  void freeRoomAloneMakesNoNewReport() {
    assertThat(CapabilityScan.differ(report(1, 5), report(1, 6))).isFalse();
    assertThat(CapabilityScan.differ(report(1, 5), report(2, 5))).isTrue();
  }

  @Test
  void aMeasuredRateIsKeptAndABrokenBookIsReplaced() throws Exception {
    Path file = home.resolve("rates.json");
    Files.writeString(file, "{nonsense");
    RateBook book = new RateBook(file);
    assertThat(book.rate("m cpu")).isEmpty();

    book.write("m cpu", 12.5);

    assertThat(new RateBook(file).rate("m cpu")).hasValue(12.5);
  }

  private static NodeReport report(int cores, long available) {
    var detail =
        Json.LENIENT.valueToTree(
            Map.of("memory", Map.of("availableBytes", available), "cpu", Map.of("cores", cores)));
    return new NodeReport(
        "n1", "here", List.of(new CapabilityView("chunk", "m", null, "cpu", 0, null)), detail);
  }

  private interface Body {
    Finding go() throws Exception;
  }

  private static Probe probe(String name, Body body) {
    return new Probe() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Finding probe() throws Exception {
        return body.go();
      }
    };
  }
}
