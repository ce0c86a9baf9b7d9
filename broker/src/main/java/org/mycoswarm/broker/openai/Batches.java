package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.mycoswarm.broker.records.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The batches: their records, and a thread for each that is not over. A batch that ran when the
/// broker ended goes on with the next start. Thread-safe.
public final class Batches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Batches.class);
  private static final String SPACE = "batch";
  private static final String ENDPOINT = "/v1/embeddings";
  private static final String WINDOW = "24h";
  private static final Duration TIME = Duration.ofHours(24);
  private static final int AT_A_TIME = 2;
  private static final int METADATA_MAX = 16;
  private static final int PAUSE_SECONDS = 5;
  private static final int FULL_PAUSE_SECONDS = 1;
  private static final Set<String> KNOWN =
      Set.of("input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after");

  private record Progress(int completed, int failed) {
    static final Progress NONE = new Progress(0, 0);
  }

  private final Records records;
  private final BatchRun.Parts parts;
  private final Supplier<String> ids;
  private final ReentrantLock writing = new ReentrantLock();
  private final Semaphore places = new Semaphore(AT_A_TIME);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<String, Progress> progress = new ConcurrentHashMap<>();

  /// @param ids makes ids that no batch has
  Batches(Records records, BatchRun.Parts parts, Supplier<String> ids) {
    this.records = records;
    this.parts = parts;
    this.ids = ids;
  }

  /// Goes on with those that are not over.
  public void start() {
    all().stream().filter(batch -> !batch.isOver()).forEach(this::run);
  }

  /// @throws OpenAiError when the request is not in order, or the file is not there
  JsonNode create(JsonNode request) {
    request
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!KNOWN.contains(name)) {
                throw OpenAiError.invalid(name, "Unrecognized request argument supplied: " + name);
              }
            });
    expect(request, "endpoint", ENDPOINT);
    expect(request, "completion_window", WINDOW);
    JsonNode metadata = request.path("metadata");
    if (metadata.size() > METADATA_MAX) {
      throw OpenAiError.invalid("metadata", "Expected at most 16 pairs in 'metadata'");
    }
    StoredFile input = parts.files().get(request.path("input_file_id").asText());
    Instant now = clock().instant();
    Batch batch = Batch.fresh("batch_" + ids.get(), input, request, now, now.plus(TIME));
    records.put(SPACE, batch.id(), Documents.write(batch.document()), 0L, List.of(batch.input()));
    run(batch);
    return view(batch);
  }

  private static void expect(JsonNode request, String field, String only) {
    if (!request.path(field).asText().equals(only)) {
      throw OpenAiError.invalid(
          field,
          "Expected '%s' in '%s', the only one that this broker knows".formatted(only, field));
    }
  }

  /// @throws OpenAiError 404
  Batch get(String id) {
    return (Documents.isName(id) ? records.get(SPACE, id).map(Batch::of) : Optional.<Batch>empty())
        .orElseThrow(
            () ->
                OpenAiError.notFound(
                    "id", "No such Batch object: " + id.substring(0, Math.min(100, id.length()))));
  }

  JsonNode view(Batch batch) {
    Progress now = progress.getOrDefault(batch.id(), Progress.NONE);
    return batch.view(now.completed(), now.failed());
  }

  /// All of them, the newest first.
  List<Batch> all() {
    return records.all(SPACE).stream()
        .map(Batch::of)
        .sorted(Comparator.comparing(Batch::id).reversed())
        .toList();
  }

  /// Begins to cancel a batch; one that is over stays as it is.
  ///
  /// @throws OpenAiError 404, or 409 when it is over
  JsonNode cancel(String id) throws InterruptedException {
    if (get(id).isOver()) {
      throw new OpenAiError(
          409, "Cannot cancel a batch with status '%s'.".formatted(get(id).status()), null, null);
    }
    Batch batch =
        change(
            id,
            now ->
                now.isOver() || now.status().equals(Batch.CANCELLING)
                    ? now
                    : now.with(Batch.CANCELLING, clock().instant()));
    for (int i = 0; parts.jobs().isKnown(BatchJobs.id(batch, i)); i++) {
      parts.jobs().cancel(batch, i);
    }
    return view(batch);
  }

  private Batch change(String id, UnaryOperator<Batch> change) {
    writing.lock();
    try {
      Batch before = get(id);
      Batch after = change.apply(before);
      return Batch.of(
          records.put(
              SPACE,
              id,
              Documents.write(after.document()),
              before.version(),
              records.get(SPACE, id).orElseThrow().blobs()));
    } finally {
      writing.unlock();
    }
  }

  private void run(Batch batch) {
    String id = batch.id();
    Thread thread = Thread.ofVirtual().name(id).unstarted(() -> untilOver(id));
    threads.add(thread);
    thread.start();
  }

  private void untilOver(String id) {
    try {
      places.acquire();
      try {
        while (!get(id).isOver() && !closing.await(0, TimeUnit.SECONDS)) {
          goOn(id);
        }
      } finally {
        places.release();
      }
    } catch (InterruptedException e) {
      LOG.debug("Batch '{}' waits for the next start of the broker", id);
    } finally {
      threads.remove(Thread.currentThread());
      progress.remove(id);
    }
  }

  private void goOn(String id) throws InterruptedException {
    try {
      new BatchRun(parts, new Written(id)).run();
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "Batch '{}' stopped ({}); it goes on in {} s where it was",
          id,
          e.getMessage(),
          PAUSE_SECONDS,
          e);
      closing.await(PAUSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private final class Written implements BatchRun.Standing {
    private final String id;

    Written(String id) {
      this.id = id;
    }

    @Override
    public Batch read() {
      return get(id);
    }

    @Override
    public Batch change(UnaryOperator<Batch> change) {
      return Batches.this.change(id, change);
    }

    @Override
    public void progress(int completed, int failed) {
      progress.put(id, new Progress(completed, failed));
    }

    @Override
    public void pause() throws InterruptedException {
      if (closing.await(FULL_PAUSE_SECONDS, TimeUnit.SECONDS)) {
        throw new InterruptedException("the broker stops");
      }
    }
  }

  private InstantSource clock() {
    return parts.clock();
  }

  /// Leaves what runs to the next start. Twice is fine.
  @Override
  public void close() {
    closing.countDown();
    List<Thread> running = List.copyOf(threads);
    running.forEach(Thread::interrupt);
    try {
      for (Thread thread : running) {
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
