package org.mycoswarm.node.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mycoswarm.node.Refused;
import org.mycoswarm.schema.wire.CapabilityView;

class CapabilityOverrideTest {
  private static final Set<String> KINDS = Set.of("chunk", "embed");
  private static final CapabilityView CHUNK =
      new CapabilityView("chunk", "m1", "one", "cpu", 0, null);
  private static final CapabilityView EMBED =
      new CapabilityView("embed", "m1", "one", "cpu", 900, "tokens");

  @TempDir Path folder;
  Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("capabilities.json");
  }

  @Test
  void removesKindsAndReplacesWhatItAdds() throws Exception {
    CapabilityOverride override =
        read(
            """
            {"remove": ["chunk"], "name": "attic", "workers": 1,
             "add": [{"kind": "embed", "model": "m1", "device": "cpu", "rate": 5, "unit": "tokens"}]}
            """);

    assertThat(override.applyTo(List.of(CHUNK, EMBED)))
        .containsExactly(new CapabilityView("embed", "m1", null, "cpu", 5, "tokens"));
    assertThat(override.name()).isEqualTo("attic");
    assertThat(override.workers()).isEqualTo(1);
  }

  @Test
  void anAbsentFileChangesNothingUnlessAPersonNamedIt() {
    assertThat(CapabilityOverride.read(file, false, KINDS).applyTo(List.of(CHUNK, EMBED)))
        .containsExactly(CHUNK, EMBED);
    assertThatThrownBy(() -> CapabilityOverride.read(file, true, KINDS))
        .isInstanceOf(Refused.class)
        .hasMessage(
            "Expected what '%s' says about this node's capabilities, but there is no such file; correct it or take it away"
                .formatted(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"remove": ["paint"]} | it removes the kind 'paint', and this node has [chunk, embed]
          {"add": [{"kind": "paint", "device": "cpu", "rate": 0}]} | it adds the kind 'paint', and this node has [chunk, embed]
          {"add": [{"kind": "embed", "rate": 0}]} | what it adds for 'embed' has no device
          {"add": [{"kind": "embed", "device": "cpu", "rate": -1}]} | what it adds for 'embed' has a rate below 0
          {"workers": 0} | it asks for 0 workers, not 1 to 1024
          {"name": " "} | its name is empty
          {"wrkers": 2} | it is not in order: Unrecognized field "wrkers"
          {"workers": 2 | it is not in order: Unexpected end-of-input
          """)
  void whatIsNotInOrderIsNamed(String json, String reason) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("Expected what '%s' says".formatted(file))
        .hasMessageContaining(reason);
  }

  private CapabilityOverride read(String json) throws IOException {
    Files.writeString(file, json);
    return CapabilityOverride.read(file, true, KINDS);
  }
}
