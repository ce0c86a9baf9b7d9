package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Optional;
import org.mycoswarm.broker.collections.CollectionName;
import org.mycoswarm.broker.collections.CollectionRefused;
import org.mycoswarm.broker.collections.CollectionRefused.Cause;
import org.mycoswarm.broker.collections.CollectionRuns;
import org.mycoswarm.broker.schedules.ScheduledAction;
import org.mycoswarm.schema.wire.IndexRequest;
import org.mycoswarm.schema.wire.RunView;

/// A schedule that keeps a collection as a folder is. A run of the schedule is the run of the
/// collection that was begun for it, so it is begun once, however often it is asked for.
final class IndexAction implements ScheduledAction {
  static final String NAME = "index";

  private final CollectionRuns collections;

  private record Index(String collection, String folder) {}

  IndexAction(CollectionRuns collections) {
    this.collections = collections;
  }

  @Override
  public void check(JsonNode what) {
    Index index = index(what);
    CollectionName name = new CollectionName(index.collection());
    try {
      Optional<Path> _ = collections.folderOf(name, index.folder());
    } catch (CollectionRefused e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public Optional<Path> folder(JsonNode what) {
    return Optional.of(Path.of(index(what).folder()));
  }

  @Override
  public void start(String run, String schedule, JsonNode what) {
    Index index = index(what);
    IndexRequest request = new IndexRequest(index.folder(), null, null, null, null, null, null);
    try {
      RunView _ = collections.start(new CollectionName(index.collection()), request, run);
    } catch (CollectionRefused e) {
      if (e.why() == Cause.BUSY || e.why() == Cause.TOO_MANY) {
        throw e; // somebody else's run: it is this one's turn when that has ended
      }
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public Optional<Outcome> ended(String run, JsonNode what) {
    RunView view = collections.begunFor(run).orElse(null);
    if (view == null) {
      return Optional.of(new Outcome("unknown", "Its collection does not know it any more"));
    }
    return view.endedAt() == null ? Optional.empty() : Optional.of(outcome(view));
  }

  private static Outcome outcome(RunView view) {
    return new Outcome(view.state(), view.reason() == null ? "run " + view.run() : view.reason());
  }

  private static Index index(JsonNode what) {
    String collection = what.path("collection").asText("");
    String folder = what.path("folder").asText("");
    if (!what.isObject() || what.size() != 2 || collection.isEmpty() || folder.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected 'index' to have the fields 'collection' and 'folder', and no others");
    }
    return new Index(collection, folder);
  }
}
