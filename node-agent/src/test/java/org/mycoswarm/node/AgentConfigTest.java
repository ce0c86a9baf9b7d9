package org.mycoswarm.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mycoswarm.node.discovery.Credentials;
import org.mycoswarm.node.generate.ChatServerSettings;

class AgentConfigTest {
  private static final NodeHome HOME = new NodeHome(Path.of("home"));

  @Test
  void settingsOutOfRangeAreRefusedInASentence() {
    assertThat(config(4, 2_048L).ramMiB()).isEqualTo(2_048);
    assertThatThrownBy(() -> config(4, 0L))
        .isInstanceOf(Refused.class)
        .hasMessage("Expected memory of 1 MiB or more for tasks, but 0 were given");
    assertThatThrownBy(() -> config(0, null))
        .hasMessage("Expected 1 worker or more, but 0 were asked for");
  }

  private static AgentConfig config(int workers, @Nullable Long ramMiB) {
    return new AgentConfig(
        HOME,
        HOME,
        null,
        Credentials.NONE,
        null,
        Path.of("models"),
        RunningNode.READER,
        ChatServerSettings.NONE,
        workers,
        ramMiB,
        null,
        List.of(),
        null,
        null,
        AgentConfig.STOP_TIME,
        AgentConfig.RESCAN_TIME,
        AgentConfig.WATCH_TIME);
  }
}
