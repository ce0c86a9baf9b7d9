package org.mycoswarm.node.capability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.node.generate.ChatServerSettings;
import org.mycoswarm.node.generate.ChatServers;
import org.mycoswarm.node.generate.StandIn;
import org.mycoswarm.schema.wire.CapabilityView;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GenerateProbeTest {
  private static final String DIGEST = "sha256:" + StandIn.DIGEST;

  @TempDir private Path home;

  @Test
  void aModelIsOfferedWhenItHasAnsweredAndIsNotAskedAgain() throws Exception {
    try (StandIn standIn = new StandIn();
        ChatServers servers = servers(standIn)) {
      Finding first = probe(servers).probe();
      int asked = standIn.chats();
      Finding second = probe(servers).probe();

      assertThat(first.capabilities())
          .containsExactly(
              new CapabilityView("generate", DIGEST, StandIn.MODEL, "ollama", 50, "tokens"));
      assertThat(first.missing())
          .containsExactly(
              new Missing(
                  "generate with " + StandIn.EMBEDS,
                  "Expected Ollama at %s to answer, but it said 400: \"%s\" does not support chat"
                      .formatted(standIn.address(), StandIn.EMBEDS)));
      assertThat(servers.find(DIGEST)).isPresent();
      assertThat(second.capabilities()).isEqualTo(first.capabilities());
      assertThat(standIn.chats() - asked).as("only what had not answered").isEqualTo(1);
    }
  }

  @Test
  void aServerThatWentIsMissingAndSeenToHaveChanged() throws Exception {
    try (StandIn standIn = new StandIn();
        ChatServers servers = servers(standIn)) {
      probe(servers).probe();
      assertThat(servers.changed()).isFalse();
      assertThat(servers.changed()).isFalse();

      standIn.die();

      assertThat(servers.changed()).isTrue();
      Finding finding = probe(servers).probe();
      assertThat(finding.capabilities()).isEmpty();
      assertThat(finding.missing())
          .containsExactly(
              new Missing(
                  "ollama",
                  "Expected Ollama at %s, but nobody answers there".formatted(standIn.address())));
      assertThat(servers.find(DIGEST)).isEmpty();
    }
  }

  private GenerateProbe probe(ChatServers servers) {
    return new GenerateProbe(servers, new RateBook(home.resolve("rates.json")), () -> false);
  }

  private static ChatServers servers(StandIn standIn) {
    return new ChatServers(
        ChatServerSettings.of(standIn.address().toString(), "none"), Duration.ZERO);
  }
}
