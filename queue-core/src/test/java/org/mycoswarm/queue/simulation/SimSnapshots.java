package org.mycoswarm.queue.simulation;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.StateImage;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.Snapshots;
import org.mycoswarm.queue.log.StateImageCodec;
import org.mycoswarm.queue.log.json.JsonStateImageCodec;

/// The snapshots on the broker's disk, in the real encoding. They outlive the process; now and then
/// the newest one cannot be read.
final class SimSnapshots implements Snapshots {
  private static final int KEPT = 2;
  private static final StateImageCodec CODEC = new JsonStateImageCodec();

  private record Kept(LogPosition position, Instant at, List<byte[]> blocks) {
    Kept {
      blocks = List.copyOf(blocks);
    }

    List<StateImage> pieces() {
      return blocks.stream().flatMap(block -> CODEC.decode(block).stream()).toList();
    }
  }

  private final Bug bug;
  private final Faults faults;
  private final Choices.Stream choices;
  private final Deque<Kept> kept = new ArrayDeque<>();

  SimSnapshots(World world, Bug bug) {
    this.bug = bug;
    this.faults = world.faults;
    this.choices = world.choices.of("snapshots");
  }

  @Override
  public void write(LogPosition position, Instant at, Stream<StateImage> pieces) {
    List<StateImage> all = bug.pieces(pieces.toList());
    List<byte[]> blocks = new ArrayList<>();
    for (Iterator<StateImage> rest = all.iterator(); rest.hasNext(); ) {
      blocks.add(CODEC.encodeSome(rest));
    }
    Kept snapshot = new Kept(position, at, blocks);
    if (!snapshot.pieces().equals(all)) {
      throw new Violation(
          Violation.Promise.THE_CODEC_LOSES_NOTHING,
          "%s was written and is read as %s".formatted(all, snapshot.pieces()));
    }
    kept.removeIf(other -> other.position().equals(position));
    kept.addFirst(snapshot);
    if (kept.size() > KEPT) {
      kept.removeLast();
    }
  }

  @Override
  public Optional<Snapshot> newestReadable(LogPosition atMost) {
    boolean damaged = kept.size() > 1 && faults.snapshotIsDamaged(choices);
    return kept.stream()
        .skip(damaged ? 1 : 0)
        .filter(found -> !found.position().isAfter(atMost))
        .findFirst()
        .map(
            found ->
                new Snapshot(
                    found.position(),
                    found.at(),
                    reader -> reader.accept(found.pieces().iterator())));
  }

  @Override
  public Stream<LogPosition> positions() {
    return List.copyOf(kept).stream().map(Kept::position);
  }
}
