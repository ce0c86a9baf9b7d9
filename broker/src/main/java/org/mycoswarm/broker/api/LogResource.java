package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.history.LogLines;
import org.mycoswarm.broker.upkeep.LogHolds;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.schema.wire.HistoryDropped;
import org.mycoswarm.schema.wire.LogCheck;
import org.mycoswarm.schema.wire.LogEntryView;
import org.mycoswarm.schema.wire.LogView;
import org.mycoswarm.schema.wire.Page;

/// The log, entry by entry.
@Path("api/v1/log")
@Produces(MediaType.APPLICATION_JSON)
public final class LogResource {
  /// One submission can be megabytes: a page ends early rather than becoming huge.
  private static final long PAGE_BYTES = 4L << 20;

  private static final int READ_AT_ONCE = 50;

  /// Entries that are looked through for a page about one job: some tenths of a second.
  private static final int LOOKED_THROUGH_MAX = 100_000;

  private final String broker;
  private final QueueGateway queue;
  private final LogKeeping log;
  private final Lookups lookups;
  private final EntryViews views;
  private final HttpLimits limits;

  LogResource(
      String broker,
      QueueGateway queue,
      LogKeeping log,
      Lookups lookups,
      EntryViews views,
      HttpLimits limits) {
    this.broker = broker;
    this.queue = queue;
    this.log = log;
    this.lookups = lookups;
    this.views = views;
    this.limits = limits;
  }

  @GET
  public Page<LogEntryView> entries(
      @QueryParam("after") @Nullable String after,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("job") @Nullable String job,
      @QueryParam("limit") @Nullable String limit)
      throws InterruptedException {
    String from = cursor == null ? after : cursor;
    LogPosition at =
        from == null ? log.start() : Inputs.position(cursor == null ? "after" : "cursor", from);
    int items = Inputs.limit(limit, limits.pageItemsMax());
    if (job != null) {
      return page(Inputs.checked(() -> new JobId(job)), at, items);
    }
    log.expectKept(at);
    return page(at, items);
  }

  @GET
  @Path("export")
  @Produces("application/jsonl")
  public Response export(
      @QueryParam("after") @Nullable String after,
      @QueryParam("to") @Nullable String to,
      @QueryParam("format") @Nullable String format) {
    LogPosition durable = queue.durable();
    LogPosition from = after == null ? log.start() : Inputs.position("after", after);
    LogPosition last = to == null ? durable : Inputs.position("to", to);
    Inputs.oneOf("format", format, LogLines.FORMATS);
    if (last.isAfter(durable)) {
      throw ProblemException.badRequest(
          "Expected 'to' to be a position up to %s, where the log ends, but it is %s"
              .formatted(durable, last));
    }
    log.expectKept(from);
    boolean isForOthers = "cloudevents".equals(format);
    StreamingOutput lines = out -> write(from, last, isForOthers, out);
    return Response.ok(lines)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"log-%s.jsonl\"".formatted(last))
        .build();
  }

  @POST
  @Path("verify")
  public LogCheck verify() throws InterruptedException {
    return queue.verify();
  }

  private void write(LogPosition after, LogPosition last, boolean isForOthers, OutputStream out)
      throws IOException {
    LogPosition at = after;
    try (LogHolds.Hold hold = log.hold(after)) {
      while (last.isAfter(at)) {
        hold.moveTo(at.next());
        StringBuilder lines = new StringBuilder();
        for (LogEntry entry : queue.entriesAfter(at, Duration.ZERO, READ_AT_ONCE)) {
          at = entry.position();
          if (!at.isAfter(last)) {
            lines.append(isForOthers ? LogLines.cloudEvents(entry, broker) : LogLines.entry(entry));
          }
        }
        out.write(lines.toString().getBytes(UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the broker stops", e);
    }
  }

  /// What the log says of one job, from its submission on.
  private Page<LogEntryView> page(JobId job, LogPosition after, int items)
      throws InterruptedException {
    LogPosition before = new LogPosition(lookups.submission(job).value() - 1);
    LogPosition at = before.isAfter(after) ? before : after;
    log.expectKept(at);
    List<LogEntryView> shown = new ArrayList<>();
    int looked = 0;
    while (shown.size() < items && looked < LOOKED_THROUGH_MAX) {
      List<LogEntry> entries = queue.entriesAfter(at, Duration.ZERO, 500);
      if (entries.isEmpty()) {
        return new Page<>(shown, null);
      }
      for (LogEntry entry : entries) {
        if (shown.size() < items) {
          views.show(entry, job).ifPresent(shown::add);
          at = entry.position();
          looked++;
        }
      }
    }
    return new Page<>(shown, queue.durable().isAfter(at) ? at.toString() : null);
  }

  @POST
  @Path("snapshot")
  public LogView snapshot() {
    return log.snapshot();
  }

  @POST
  @Path("compact")
  public HistoryDropped compact() {
    return log.compact();
  }

  private Page<LogEntryView> page(LogPosition after, int items) throws InterruptedException {
    List<LogEntryView> shown = new ArrayList<>();
    LogPosition at = after;
    long bytes = 0;
    while (shown.size() < items && bytes < PAGE_BYTES) {
      int more = Math.min(READ_AT_ONCE, items - shown.size());
      List<LogEntry> entries = queue.entriesAfter(at, Duration.ZERO, more);
      if (entries.isEmpty()) {
        return new Page<>(shown, null);
      }
      for (LogEntry entry : entries) {
        if (bytes < PAGE_BYTES) {
          EntryViews.Shown view = views.show(entry);
          shown.add(view.view());
          bytes += view.characters();
          at = entry.position();
        }
      }
    }
    return new Page<>(shown, queue.durable().isAfter(at) ? at.toString() : null);
  }
}
