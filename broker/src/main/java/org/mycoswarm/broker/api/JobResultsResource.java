package org.mycoswarm.broker.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.results.JobResults;
import org.mycoswarm.broker.results.JobResults.Format;
import org.mycoswarm.queue.domain.JobId;

/// The vectors of a job, streamed.
@Path("api/v1/jobs/{job}/results")
public final class JobResultsResource {
  private final Views views;
  private final JobResults results;

  JobResultsResource(Views views, JobResults results) {
    this.views = views;
    this.results = results;
  }

  @GET
  public Response results(
      @PathParam("job") String id,
      @QueryParam("format") @Nullable String format,
      @QueryParam("partial") @Nullable String partial,
      @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    JobId job = Inputs.job(id);
    Inputs.oneOf("format", format, List.of("jsonl", "npy", "index"));
    boolean part = Inputs.flag("partial", partial);
    return views.answer(asOf, view -> results(job, format, part, view));
  }

  private Response.ResponseBuilder results(
      JobId job, @Nullable String format, boolean part, Views.View view)
      throws InterruptedException {
    if (view.lookups().job(job).finishedAt() == null && !part) {
      throw new ProblemException(
          ProblemType.JOB_RUNNING,
          "Expected job '%s' to have ended, but it still runs; wait for its end, or ask with partial=true for what is there"
              .formatted(job));
    }
    return switch (format) {
      case "npy" -> answer(job, view, Format.NPY, "application/octet-stream", "npy");
      case "index" -> answer(job, view, Format.INDEX, "application/jsonl", "index.jsonl");
      case null, default -> answer(job, view, Format.JSONL, "application/jsonl", "jsonl");
    };
  }

  private Response.ResponseBuilder answer(
      JobId job, Views.View view, Format format, String type, String ending) {
    StreamingOutput bytes = out -> results.write(job, format, view.position(), out);
    return Response.ok(bytes, type)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"%s.%s\"".formatted(job, ending));
  }
}
