package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.CollectionExport;
import org.mycoswarm.broker.collections.CollectionExport.Format;
import org.mycoswarm.broker.collections.CollectionHistory;
import org.mycoswarm.broker.collections.CollectionName;
import org.mycoswarm.broker.collections.CollectionRefused;
import org.mycoswarm.broker.collections.CollectionRuns;
import org.mycoswarm.broker.collections.Questions;
import org.mycoswarm.broker.collections.Searches;
import org.mycoswarm.broker.embedding.NoVector;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.wire.AskAnswer;
import org.mycoswarm.schema.wire.AskRequest;
import org.mycoswarm.schema.wire.CollectionView;
import org.mycoswarm.schema.wire.IndexRequest;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunView;
import org.mycoswarm.schema.wire.SearchAnswer;
import org.mycoswarm.schema.wire.SearchRequest;

/// Collections: folders that are kept searchable.
@Path("api/v1/collections")
@Produces(MediaType.APPLICATION_JSON)
public final class CollectionsResource {
  private static final int QUERY_CHARACTERS_MAX = 2_000;
  private static final int LIMIT_MAX = 100;
  private static final int READ_MAX = 20;
  private static final int TOKENS_MAX = 4_096;

  private final CollectionRuns collections;
  private final Searches searches;
  private final Questions questions;
  private final BlobStore blobs;
  private final RoomCheck room;
  private final Views views;

  CollectionsResource(
      CollectionRuns collections,
      Searches searches,
      Questions questions,
      BlobStore blobs,
      RoomCheck room,
      Views views) {
    this.collections = collections;
    this.searches = searches;
    this.questions = questions;
    this.blobs = blobs;
    this.room = room;
    this.views = views;
  }

  @FunctionalInterface
  private interface Call<T> {
    T answer() throws IOException, InterruptedException;
  }

  @FunctionalInterface
  private interface PastCall {
    Object answer(CollectionHistory then) throws IOException;
  }

  @GET
  public Response all(@QueryParam(Views.AS_OF) @Nullable String asOf)
      throws IOException, InterruptedException {
    return answered(
        asOf, () -> new Page<>(collections.all(), null), then -> new Page<>(then.all(), null));
  }

  @GET
  @Path("{name}")
  public Response collection(
      @PathParam("name") String name, @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws IOException, InterruptedException {
    return answered(
        asOf,
        () -> collections.collection(new CollectionName(name)),
        then -> then.collection(new CollectionName(name)));
  }

  @DELETE
  @Path("{name}")
  public Response delete(@PathParam("name") String name) throws IOException, InterruptedException {
    return answered(
        () -> {
          collections.delete(new CollectionName(name));
          return Response.noContent().build();
        });
  }

  @POST
  @Path("{name}/runs")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response start(@PathParam("name") String name, IndexRequest request)
      throws IOException, InterruptedException {
    room.admitNew();
    return answered(
        () -> {
          RunView run = collections.start(new CollectionName(name), request);
          URI address = URI.create("/api/v1/collections/%s/runs/%s".formatted(name, run.run()));
          return Response.created(address).entity(run).build();
        });
  }

  @GET
  @Path("{name}/runs")
  public Response runs(
      @PathParam("name") String name, @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws IOException, InterruptedException {
    return answered(
        asOf,
        () -> new Page<>(collections.runs(new CollectionName(name)), null),
        then -> new Page<>(then.runs(new CollectionName(name)), null));
  }

  @GET
  @Path("{name}/runs/{run}")
  public Response run(
      @PathParam("name") String name,
      @PathParam("run") String run,
      @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws IOException, InterruptedException {
    return answered(
        asOf,
        () -> collections.view(new CollectionName(name), run),
        then -> then.view(new CollectionName(name), run));
  }

  @GET
  @Path("{name}/runs/{run}/report")
  public Response report(
      @PathParam("name") String name,
      @PathParam("run") String run,
      @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws IOException, InterruptedException {
    return answered(
        asOf,
        () -> found(name, run, collections.report(new CollectionName(name), run)),
        then -> found(name, run, then.report(new CollectionName(name), run)));
  }

  private static RunReport found(String name, String run, Optional<RunReport> report) {
    return report.orElseThrow(
        () ->
            new ProblemException(
                ProblemType.RUN_RUNNING,
                "Expected run '%s' to have a report, but it goes on, or its report could not be kept; GET /api/v1/collections/%s/runs/%s says which"
                    .formatted(run, name, run)));
  }

  @POST
  @Path("{name}/runs/{run}/cancel")
  public RunView cancel(@PathParam("name") String name, @PathParam("run") String run)
      throws IOException, InterruptedException {
    return answered(() -> collections.cancel(new CollectionName(name), run));
  }

  @POST
  @Path("{name}/rollback")
  public CollectionView rollBack(@PathParam("name") String name)
      throws IOException, InterruptedException {
    return answered(() -> collections.rollBack(new CollectionName(name)));
  }

  @GET
  @Path("{name}/export")
  @Produces(MediaType.WILDCARD)
  public Response export(
      @PathParam("name") String name, @QueryParam("format") @Nullable String format)
      throws IOException, InterruptedException {
    Inputs.oneOf("format", format, List.of("jsonl", "npy", "index", "parquet"));
    return switch (format) {
      case "npy" -> exported(name, Format.NPY, "application/octet-stream", "npy");
      case "index" -> exported(name, Format.INDEX, "application/jsonl", "index.jsonl");
      case "parquet" -> exported(name, Format.PARQUET, "application/vnd.apache.parquet", "parquet");
      case null, default -> exported(name, Format.JSONL, "application/jsonl", "jsonl");
    };
  }

  private Response exported(String name, Format format, String type, String ending)
      throws IOException, InterruptedException {
    CollectionExport export = answered(() -> collections.export(new CollectionName(name)));
    StreamingOutput bytes = out -> export.write(format, out);
    return Response.ok(bytes, type)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"%s.%s\"".formatted(name, ending))
        .build();
  }

  @POST
  @Path("{name}/search")
  @Consumes(MediaType.APPLICATION_JSON)
  public SearchAnswer search(@PathParam("name") String name, SearchRequest request)
      throws IOException, InterruptedException {
    Inputs.text("a query", request.query(), QUERY_CHARACTERS_MAX);
    if (request.limit() != null) {
      Inputs.between("limit", request.limit(), 1, LIMIT_MAX);
    }
    return answered(() -> searches.search(new CollectionName(name), request));
  }

  @POST
  @Path("{name}/ask")
  @Consumes(MediaType.APPLICATION_JSON)
  public AskAnswer ask(@PathParam("name") String name, AskRequest request)
      throws IOException, InterruptedException {
    Inputs.text("a question", request.question(), QUERY_CHARACTERS_MAX);
    if (request.limit() != null) {
      Inputs.between("limit", request.limit(), 1, READ_MAX);
    }
    if (request.tokensMax() != null) {
      Inputs.between("tokensMax", request.tokensMax(), 1, TOKENS_MAX);
    }
    return answered(() -> questions.ask(new CollectionName(name), request));
  }

  /// @param now answers without `asOf`, which knows more
  private Response answered(@Nullable String asOf, Call<Object> now, PastCall then)
      throws IOException, InterruptedException {
    return answered(
        () ->
            views.answer(
                asOf,
                (Views.View view) ->
                    view.live()
                        ? now.answer()
                        : then.answer(new CollectionHistory(view.records(), blobs))));
  }

  private static <T> T answered(Call<T> call) throws IOException, InterruptedException {
    try {
      return call.answer();
    } catch (CollectionRefused e) {
      throw new ProblemException(type(e.why()), String.valueOf(e.getMessage()));
    } catch (NoVector e) {
      throw new ProblemException(type(e.why()), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(String.valueOf(e.getMessage()));
    }
  }

  private static ProblemType type(CollectionRefused.Cause cause) {
    return switch (cause) {
      case UNKNOWN -> ProblemType.NOT_FOUND;
      case BUSY -> ProblemType.RUN_RUNNING;
      case NOTHING_THERE -> ProblemType.NOT_SEARCHABLE;
      case FOLDER -> ProblemType.UNPROCESSABLE;
      case TOO_MANY -> ProblemType.OVERLOADED;
    };
  }

  private static ProblemType type(NoVector.Cause cause) {
    return switch (cause) {
      case NO_NODE, BUSY -> ProblemType.UNAVAILABLE;
      case OVERLOADED -> ProblemType.OVERLOADED;
      case TOO_LONG, FAILED -> ProblemType.UNPROCESSABLE;
    };
  }
}
