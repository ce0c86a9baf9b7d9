package org.mycoswarm.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.node.discovery.JoinText;

class NodeHomeTest {
  @TempDir Path folder;

  @Test
  void aNodeKeepsItsIdAndAnotherHomeHasAnother() throws Exception {
    NodeHome home = new NodeHome(folder.resolve("one"));

    String id = home.nodeId();

    assertThat(id).matches("[a-z0-9]{12}").isEqualTo(home.nodeId());
    assertThat(new NodeHome(folder.resolve("two")).nodeId()).isNotEqualTo(id);
  }

  @Test
  void aNodeIdThatNoBrokerTakesIsNamed() throws Exception {
    Path file = folder.resolve("node-id");
    Files.writeString(file, "two words");

    assertThatThrownBy(() -> new NodeHome(folder).nodeId())
        .hasMessage(
            "Expected a node id of 1 to 64 of A-Za-z0-9._- in '%s', but it is 'two words'; delete the file to get a new one"
                .formatted(file));
  }

  @Test
  void theJoinTextIsKeptForItsOwnerAlone() throws Exception {
    NodeHome home = new NodeHome(folder);
    assertThat(home.join()).isEmpty();

    home.keepJoin(JoinText.parse("myco1.b1.secret"));

    assertThat(home.join()).contains(JoinText.parse("myco1.b1.secret"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("join"))))
        .isEqualTo("rw-------");
  }
}
