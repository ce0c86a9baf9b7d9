package org.mycoswarm.broker.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.schema.wire.LogCheck;
import org.mycoswarm.schema.wire.LogEntryView;
import org.mycoswarm.schema.wire.Page;

/// The log, entry by entry.
@Path("api/v1/log")
@Produces(MediaType.APPLICATION_JSON)
public final class LogResource {
  /// One submission can be megabytes: a page ends early rather than becoming huge.
  private static final long PAGE_BYTES = 4L << 20;

  private static final int READ_AT_ONCE = 50;

  private final QueueGateway queue;
  private final EntryViews views;
  private final HttpLimits limits;

  LogResource(QueueGateway queue, EntryViews views, HttpLimits limits) {
    this.queue = queue;
    this.views = views;
    this.limits = limits;
  }

  @GET
  public Page<LogEntryView> entries(
      @QueryParam("after") @Nullable String after,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam("limit") @Nullable String limit)
      throws InterruptedException {
    String from = cursor == null ? after : cursor;
    LogPosition at =
        from == null
            ? LogPosition.START
            : Inputs.position(cursor == null ? "after" : "cursor", from);
    return page(at, Inputs.limit(limit, limits.pageItemsMax()));
  }

  @POST
  @Path("verify")
  public LogCheck verify() throws InterruptedException {
    return queue.verify();
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
