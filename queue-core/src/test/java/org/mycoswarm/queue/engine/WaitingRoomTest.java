package org.mycoswarm.queue.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.NODE;
import static org.mycoswarm.queue.domain.Scenario.OTHER;

import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.NodeId;

/// Who waits, who is next, and who has to leave.
class WaitingRoomTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final WaitingRoom room = new WaitingRoom();

  @Test
  void whoCameFirstIsAskedFirstAndEachNodeOnce() {
    WaitingRoom.Guest first = come(OTHER, 9);
    WaitingRoom.Guest second = come(NODE, 8);
    WaitingRoom.Guest third = come(OTHER, 7);

    assertThat(room.nodes()).containsExactlyInAnyOrder(NODE, OTHER);
    assertThat(room.oneOfEach(Set.of(NODE, OTHER))).containsExactly(first, second);
    room.leave(first);
    assertThat(room.oneOfEach(Set.of(NODE, OTHER))).containsExactly(second, third);
    assertThat(room.oneOfEach(Set.of(new NodeId("stranger")))).isEmpty();
  }

  @Test
  void whoseTimeIsOverLeaves() {
    WaitingRoom.Guest late = come(NODE, 9);
    WaitingRoom.Guest soon = come(OTHER, 3);
    WaitingRoom.Guest sooner = come(NODE, 1);

    assertThat(room.nextLeaving()).isEqualTo(NOON.plusSeconds(1));
    assertThat(room.leaving(NOON)).isEmpty();
    assertThat(room.leaving(NOON.plusSeconds(3))).containsExactly(sooner, soon);
    assertThat(room.nodes()).containsExactly(NODE);
    assertThat(room.leaveAll()).containsExactly(late);
    assertThat(room.nextLeaving()).isEqualTo(Instant.MAX);
    assertThat(room.nodes()).isEmpty();
  }

  @Test
  void allCallsOfANodeThatIsGoneLeave() {
    WaitingRoom.Guest one = come(NODE, 1);
    WaitingRoom.Guest other = come(NODE, 2);
    WaitingRoom.Guest stays = come(OTHER, 3);

    room.gone(NODE);

    assertThat(room.takeGone()).containsExactly(one, other);
    assertThat(room.takeGone()).isEmpty();
    assertThat(room.leaveAll()).containsExactly(stays);
  }

  private WaitingRoom.Guest come(NodeId node, int seconds) {
    WaitingRoom.Guest guest =
        new WaitingRoom.Guest(
            new CommandId("c"),
            new Ask(node, 1),
            NOON.plusSeconds(seconds),
            new CompletableFuture<>());
    room.come(guest);
    return guest;
  }
}
