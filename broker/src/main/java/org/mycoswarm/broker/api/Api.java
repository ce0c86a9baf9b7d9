package org.mycoswarm.broker.api;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.glassfish.jersey.CommonProperties;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.server.ServerProperties;
import org.mycoswarm.broker.collections.CollectionRuns;
import org.mycoswarm.broker.collections.FolderRule;
import org.mycoswarm.broker.collections.Indexes;
import org.mycoswarm.broker.collections.Questions;
import org.mycoswarm.broker.collections.Searches;
import org.mycoswarm.broker.embedding.QueryEmbedder;
import org.mycoswarm.broker.history.Pasts;
import org.mycoswarm.broker.openai.OpenAi;
import org.mycoswarm.broker.pipelines.ShardedModels;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.broker.projection.NodeTables;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.broker.projection.TaskTables;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.broker.results.JobReports;
import org.mycoswarm.broker.results.JobResults;
import org.mycoswarm.broker.schedules.Schedules;
import org.mycoswarm.broker.scheduling.KindPolicies;
import org.mycoswarm.broker.upkeep.LogKeeper;
import org.mycoswarm.broker.upload.ArchiveUnpacker;
import org.mycoswarm.broker.webhooks.ReportHook;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.files.DiskReserve;
import org.mycoswarm.schema.wire.ChunkPayload;

/// The HTTP interface, put together: one resource a noun.
public final class Api implements AutoCloseable {
  private static final int ENTRIES_AT_ONCE = 500;
  private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

  /// What the interface stands on.
  ///
  /// @param heartbeat how often a node should be heard of
  /// @param policies what tasks of a kind get when they do not say
  /// @param leaseTime how long a node may go without renewing, where a task does not say
  /// @param records what schedules are kept in
  /// @param hook hears of every report on a collection
  /// @param wall the clock on the wall, which schedules go by
  /// @param random for ids; it must be thread-safe
  public record Parts(
      BrokerFacts facts,
      Limits limits,
      HttpLimits httpLimits,
      Duration heartbeat,
      Duration leaseTime,
      QueueGateway queue,
      KindPolicies policies,
      BlobStore blobs,
      DiskReserve reserve,
      Admission admission,
      LogKeeper keeper,
      ProjectionRunner projection,
      JobTables jobs,
      TaskTables tasks,
      NodeTables nodes,
      ArchiveUnpacker archives,
      JobReports reports,
      JobResults results,
      ModelCatalogue models,
      QueryEmbedder embedder,
      OpenAi openai,
      ShardedModels sharded,
      Records records,
      Indexes indexes,
      FolderRule folders,
      ResultTables resultTables,
      ReportHook hook,
      InstantSource wall,
      InstantSource clock,
      RandomGenerator random) {}

  private final ResourceConfig resources;
  private final EventStreams streams;
  private final HotCalls hot;
  private final Schedules schedules;
  private final Pasts pasts;
  private final CollectionRuns collections;

  public Api(Parts parts) {
    this(parts, BulkSubmit.PATIENCE, Pasts.Bounds.DEFAULT);
  }

  /// @param bulkPatience how long one chunk of a bulk submission waits then
  Api(Parts parts, Duration bulkPatience, Pasts.Bounds past) {
    HttpLimits http = parts.httpLimits();
    QueueGateway queue = parts.queue();
    TimeSortedIds ids = new TimeSortedIds(parts.clock(), parts.random());
    Orders orders = new Orders(queue, ids);
    Lookups lookups =
        new Lookups(queue, parts.projection(), parts.jobs(), parts.tasks(), parts.nodes());
    BlobCheck blobs = new BlobCheck(parts.blobs());
    TaskTerms terms = new TaskTerms(parts.limits(), parts.policies(), parts.leaseTime());
    TaskSpecs specs = new TaskSpecs(terms, blobs, parts.clock());
    Reports reports = new Reports(specs, blobs);
    KnownModels models = new KnownModels(parts.models(), parts.sharded().models(), parts.nodes());
    EmbedJobs embeds = new EmbedJobs(parts.blobs(), blobs, specs, models);
    Submissions submissions = new Submissions(ids, embeds, specs);
    pasts =
        new Pasts(
            (after, wait) -> queue.entriesAfter(after, wait, ENTRIES_AT_ONCE),
            parts.clock(),
            past,
            parts.limits());
    Views views =
        new Views(
            queue,
            new Views.View(
                lookups, parts.reports(), queue::look, parts.records(), parts.clock(), null),
            pasts,
            parts.blobs(),
            parts.models()::name);
    EntryViews entries = new EntryViews(queue);
    WorkCalls work = new WorkCalls(queue, orders, reports, parts.limits(), http);
    LogKeeping log = new LogKeeping(queue, parts.keeper(), parts.projection(), parts.reserve());
    RoomCheck room = parts.admission().room();
    SubmitCall submit = new SubmitCall(parts.admission(), submissions, orders, lookups);
    BulkSubmit bulk =
        new BulkSubmit(
            submit,
            new ChunkJobs(submissions, specs, http.jsonBytesMax()),
            parts.clock(),
            bulkPatience,
            http);
    LeaseEnds ends = new LeaseEnds(reports, orders);
    collections =
        new CollectionRuns(
            new CollectionRuns.Parts(
                parts.records(),
                new IndexWork(parts.admission(), orders, specs, lookups, parts.resultTables()),
                parts.blobs(),
                parts.indexes(),
                parts.folders(),
                embeds::model,
                parts.embedder()::dimension,
                ids::next,
                parts.hook(),
                http.documentBytesMax(),
                ChunkPayload.CHUNKER));
    Searches searches = new Searches(collections, parts.embedder());
    schedules =
        new Schedules(
            parts.records(),
            Map.of(
                SubmitAction.NAME, new SubmitAction(queue, submissions, submit, lookups),
                IndexAction.NAME, new IndexAction(collections)),
            parts.wall());
    hot = new HotCalls(submit, work, ends, http.jsonBytesMax());
    streams =
        new EventStreams(queue, log, entries, parts.clock(), SILENCE_MAX, http.eventStreamsMax());
    resources =
        bare()
            .register(ProblemMapper.class)
            .register(new JsonBodies(http.jsonBytesMax()))
            .register(new AnswerHeaders())
            .register(new NoAsOf())
            .register(new HealthResource())
            .register(new BrokerResource(parts.facts(), queue, log, parts.limits(), http))
            .register(new BlobsResource(parts.blobs(), room, http.blobBytesMax()))
            .register(new BulkResource(bulk, ids, parts.limits().tasksPerSubmissionMax()))
            .register(new JobsResource(submit, orders, lookups, views, http))
            .register(new TasksResource(views))
            .register(new JobControlResource(orders, lookups))
            .register(new NodeControlResource(queue, orders))
            .register(
                new TaskControlResource(
                    queue, orders, views, parts.limits(), parts.sharded()::waitsFor))
            .register(new ThrottlesResource(orders, views))
            .register(new KindsResource(orders, views, parts.limits()))
            .register(
                new NodesResource(
                    parts.facts().broker(), parts.heartbeat(), http, queue, orders, work, views))
            .register(new LeasesResource(ends))
            .register(new EventsResource(streams))
            .register(new JobEventsResource(lookups, streams))
            .register(new UploadsResource(parts.archives(), room))
            .register(new SchedulesResource(schedules, room, views))
            .register(
                new ModelsResource(parts.sharded().models(), parts.sharded().plans(), room, views))
            .register(new ForwardResource(parts.sharded().models(), parts.sharded().encoders()))
            .register(new PipelinesResource(parts.sharded().pipelines()))
            .register(new JobReportResource(views))
            .register(
                new CollectionsResource(
                    collections,
                    searches,
                    new Questions(searches, collections, parts.openai().chat()),
                    parts.blobs(),
                    room,
                    views))
            .register(new JobResultsResource(views, parts.results()))
            .register(new LogResource(parts.facts().broker(), queue, log, lookups, entries, http));
    parts.openai().resources(room::admitNew).forEach(resources::register);
  }

  /// Jersey without all that it would look for, which is most of its start time. Answers are not
  /// buffered: JSON is written in one piece with its length, and events must leave at once.
  private static ResourceConfig bare() {
    return new ResourceConfig()
        .property(CommonProperties.FEATURE_AUTO_DISCOVERY_DISABLE, true)
        .property(CommonProperties.METAINF_SERVICES_LOOKUP_DISABLE, true)
        .property(CommonProperties.OUTBOUND_CONTENT_LENGTH_BUFFER, 0)
        .property(ServerProperties.WADL_FEATURE_DISABLE, true)
        .property(ServerProperties.BV_FEATURE_DISABLE, true)
        .property(ServerProperties.RESPONSE_SET_STATUS_OVER_SEND_ERROR, true)
        .property(ServerProperties.PROCESSING_RESPONSE_ERRORS_ENABLED, true);
  }

  /// What keeps collections up to date; to be told to go on once everything is there, and to be
  /// closed before the queue.
  public CollectionRuns collections() {
    return collections;
  }

  /// For the server that carries it.
  public ResourceConfig resources() {
    return resources;
  }

  /// What the server may call without Jersey.
  public HotCalls hotCalls() {
    return hot;
  }

  /// They run nothing until they are started; closed by whoever starts them.
  public Schedules schedules() {
    return schedules;
  }

  /// Ends the event streams and forgets the past; everything else ends by itself.
  @Override
  public void close() {
    streams.close();
    pasts.close();
  }
}
