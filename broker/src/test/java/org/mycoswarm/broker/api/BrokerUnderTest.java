package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.glassfish.jersey.server.ResourceConfig;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.chat.NodeChatModels;
import org.mycoswarm.broker.collections.CollectionName;
import org.mycoswarm.broker.collections.FolderRule;
import org.mycoswarm.broker.collections.Indexes;
import org.mycoswarm.broker.embedding.QueryEmbedder;
import org.mycoswarm.broker.history.Pasts;
import org.mycoswarm.broker.openai.OpenAi;
import org.mycoswarm.broker.pipelines.ShardedModels;
import org.mycoswarm.broker.projection.HistoryTables;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.broker.projection.NodeTables;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.broker.projection.Tables;
import org.mycoswarm.broker.projection.TaskTables;
import org.mycoswarm.broker.results.JobReports;
import org.mycoswarm.broker.results.JobResults;
import org.mycoswarm.broker.server.DoorSettings;
import org.mycoswarm.broker.server.FrontDoor;
import org.mycoswarm.broker.upkeep.LogKeeper;
import org.mycoswarm.broker.upload.ArchiveUnpacker;
import org.mycoswarm.broker.upload.UploadLimits;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.SpecsInMemory;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.files.DiskReserve;
import org.mycoswarm.queue.log.files.FileBlobStore;
import org.mycoswarm.queue.log.files.ReserveSettings;
import org.mycoswarm.queue.log.files.SnapshotFiles;
import org.mycoswarm.queue.log.json.JsonStateImageCodec;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.IndexRequest;

/// The whole HTTP side of a broker on a free port: the real engine, tables and server, with the log
/// in memory.
public final class BrokerUnderTest implements AutoCloseable {
  public static final String TOKEN = "a-token-for-tests-0123456789";
  static final String MODEL = "sha256:" + "a".repeat(64);
  static final Limits LIMITS =
      new Limits(50, 20, 10, 1 << 20, 16 << 10, 16, 20, 3_600, 1_000, 1_000, Duration.ofSeconds(5));
  static final HttpLimits HTTP_LIMITS =
      new HttpLimits(1 << 20, 1 << 20, 4 << 20, 100, 64 << 10, 100, 50, 500, 30, 2);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path folder;
  private final Semaphore tablesHeld = new Semaphore(1);
  final LiveQueue queue;
  private final Tables tables;
  final LogKeeper keeper;
  private final ProjectionRunner projection;
  private final OpenAi openai;
  final Admission admission;
  private final Api api;
  private final Indexes indexes;
  private final FrontDoor door;

  /// Any disk has this much.
  static final ReserveSettings ROOMY = new ReserveSettings(0, 0, 0);

  public static BrokerUnderTest onLoopback(Path folder) {
    return new BrokerUnderTest(folder, DoorSettings.loopback(0));
  }

  public BrokerUnderTest(Path folder, DoorSettings settings) {
    this(folder, settings, FrontDoor::open, QueueWriter.Size.DEFAULT, TablesLag.CHANGES_MAX);
  }

  BrokerUnderTest(Path folder, ReserveSettings reserve) {
    this(
        folder,
        DoorSettings.loopback(0),
        FrontDoor::open,
        QueueWriter.Size.DEFAULT,
        TablesLag.CHANGES_MAX,
        reserve,
        Pasts.Bounds.DEFAULT);
  }

  /// How the port is opened.
  @FunctionalInterface
  public interface Opening {
    FrontDoor open(DoorSettings settings, ResourceConfig resources, HotCalls hot);
  }

  public BrokerUnderTest(Path folder, Opening opening) {
    this(
        folder, DoorSettings.loopback(0), opening, QueueWriter.Size.DEFAULT, TablesLag.CHANGES_MAX);
  }

  /// One that answers about the past within these bounds.
  static BrokerUnderTest withPast(Path folder, Pasts.Bounds past) {
    return new BrokerUnderTest(
        folder,
        DoorSettings.loopback(0),
        FrontDoor::open,
        QueueWriter.Size.DEFAULT,
        TablesLag.CHANGES_MAX,
        ROOMY,
        past);
  }

  BrokerUnderTest(
      Path folder,
      DoorSettings settings,
      Opening opening,
      QueueWriter.Size mailbox,
      int changesMax) {
    this(folder, settings, opening, mailbox, changesMax, ROOMY, Pasts.Bounds.DEFAULT);
  }

  private BrokerUnderTest(
      Path folder,
      DoorSettings settings,
      Opening opening,
      QueueWriter.Size mailbox,
      int changesMax,
      ReserveSettings reserve,
      Pasts.Bounds past) {
    Clock clock = Clock.systemUTC();
    this.folder = folder;
    queue = new LiveQueue(LIMITS, clock, mailbox);
    tables = Tables.open(folder.resolve("tables"), LogPosition.START, Duration.ofSeconds(20));
    projection = new ProjectionRunner(tables, this::entriesForTheTables);
    projection.start();
    keeper =
        new LogKeeper(
            new LogKeeper.Parts(
                queue.log(),
                queue.codec(),
                SnapshotFiles.open(folder.resolve("snapshots"), new JsonStateImageCodec(), 2),
                LIMITS,
                SpecsInMemory::new),
            0,
            new HistoryTables(tables)::needed,
            clock,
            null);
    ModelCatalogue models =
        new ModelCatalogue(
            List.of(new ModelCatalogue.Model("mini", MODEL, 384, 256, "the light default")));
    NodeTables nodes =
        new NodeTables(
            tables,
            clock,
            node -> queue.liveness().lastSeen(node),
            Duration.ofSeconds(30),
            models::name);
    BlobStore blobs = blobs(clock);
    JobTables jobs = new JobTables(tables, clock);
    ResultTables results = new ResultTables(tables);
    indexes = new Indexes(folder.resolve("collections"));
    UploadLimits uploads =
        new UploadLimits(
            HTTP_LIMITS.documentBytesMax(),
            HTTP_LIMITS.uploadBytesMax(),
            HTTP_LIMITS.uploadFilesMax());
    DiskReserve disk = reserve(reserve);
    admission = new Admission(disk, queue::durable, projection::position, clock, changesMax);
    ShardedModels sharded = queue.sharded(blobs, clock);
    openai =
        new OpenAi(
            new OpenAi.Parts(
                new KnownModels(models, sharded.models(), nodes),
                queue.urgent(clock),
                new NodeChatModels(nodes, queue.urgentJobs(clock), blobs),
                queue.batchJobs(admission, projection, jobs, results),
                queue.records(),
                blobs,
                folder,
                new TimeSortedIds(clock, new Random(8))::next,
                clock,
                HTTP_LIMITS.documentBytesMax()));
    api =
        new Api(
            new Api.Parts(
                new BrokerFacts("broker-1", "0.1", "start-1", Instant.EPOCH, settings.token()),
                LIMITS,
                HTTP_LIMITS,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                queue,
                queue.policies(),
                blobs,
                disk,
                admission,
                keeper,
                projection,
                jobs,
                new TaskTables(tables, clock),
                nodes,
                new ArchiveUnpacker(blobs, uploads, folder.resolve("unpacking")),
                new JobReports(jobs, results, blobs),
                new JobResults(results, blobs),
                models,
                new QueryEmbedder(queue.urgent(clock), blobs),
                openai,
                sharded,
                queue.records(),
                indexes,
                FolderRule.ANY,
                results,
                (collection, report) -> {},
                clock,
                clock,
                new Random(7)),
            Duration.ofSeconds(2),
            past);
    door = opening.open(settings, api.resources(), api.hotCalls());
  }

  /// Begins a run of a collection as a schedule does, which asks for no room.
  void indexed(Path documents) {
    api.collections()
        .start(
            new CollectionName("books"),
            new IndexRequest(documents.toString(), null, "mini", null, null, null, null));
  }

  /// Keeps the tables as they are, or lets them go on.
  void holdTables(boolean hold) {
    if (hold) {
      tablesHeld.acquireUninterruptibly();
    } else {
      tablesHeld.release();
    }
  }

  private List<LogEntry> entriesForTheTables(LogPosition after, Duration wait)
      throws InterruptedException {
    if (!tablesHeld.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      return List.of();
    }
    try {
      return queue.entriesAfter(after, Duration.ofMillis(20), 50);
    } finally {
      tablesHeld.release();
    }
  }

  private BlobStore blobs(Clock clock) {
    try {
      return FileBlobStore.open(folder.resolve("blobs"), clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DiskReserve reserve(ReserveSettings settings) {
    try {
      return DiskReserve.open(folder, settings, System::nanoTime);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where the blob with this hash lies.
  Path blobFile(String hash) {
    return folder.resolve("blobs").resolve(hash.substring(0, 2)).resolve(hash);
  }

  static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public int port() {
    return door.port();
  }

  public URI uri(String path) {
    return door.uri().resolve(path);
  }

  public HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  public HttpResponse<String> post(String path, String json, String... headers) {
    return send("POST", path, json, headers);
  }

  /// @param body JSON, or null for none
  public HttpResponse<String> send(
      String method, String path, @Nullable String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(40))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null && !List.of(headers).contains("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public static JsonNode json(HttpResponse<String> response) {
    try {
      return Json.LENIENT.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Submits one task of the kind `dig` and gives the job's id.
  String submitted() {
    return json(post("/api/v1/jobs", "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{}}]}"))
        .path("job")
        .asText();
  }

  /// Registers a node that digs, and leases one task for it.
  ///
  /// @return the lease
  String leased(String node) {
    registered(node);
    HttpResponse<String> work =
        post("/api/v1/nodes/" + node + "/work", "{\"results\":[],\"want\":1,\"waitSeconds\":0}");
    return json(work).path("leases").path(0).path("lease").asText();
  }

  void registered(String node) {
    post(
        "/api/v1/nodes",
        "{\"node\":\"%s\",\"name\":\"n\",\"capabilities\":[{\"kind\":\"dig\",\"device\":\"cpu\",\"rate\":1}],\"detail\":{}}"
            .formatted(node));
  }

  String blob(String text) {
    return json(send("POST", "/api/v1/blobs", text, "Content-Type", "application/octet-stream"))
        .path("sha256")
        .asText();
  }

  @Override
  public void close() {
    api.close();
    api.collections().close();
    indexes.close();
    door.close();
    openai.close();
    projection.close();
    tables.close();
    queue.close();
  }
}
