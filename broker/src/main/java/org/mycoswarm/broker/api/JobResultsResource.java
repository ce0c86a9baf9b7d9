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
  private final Lookups lookups;
  private final JobResults results;

  JobResultsResource(Lookups lookups, JobResults results) {
    this.lookups = lookups;
    this.results = results;
  }

  @GET
  public Response results(
      @PathParam("job") String id,
      @QueryParam("format") @Nullable String format,
      @QueryParam("partial") @Nullable String partial)
      throws InterruptedException {
    JobId job = Inputs.job(id);
    Inputs.oneOf("format", format, List.of("jsonl", "npy", "index"));
    boolean part = Inputs.flag("partial", partial);
    if (lookups.job(job).finishedAt() == null && !part) {
      throw new ProblemException(
          ProblemType.JOB_RUNNING,
          "Expected job '%s' to have ended, but it still runs; wait for its end, or ask with partial=true for what is there"
              .formatted(job));
    }
    return switch (format) {
      case "npy" -> answer(job, Format.NPY, "application/octet-stream", "npy");
      case "index" -> answer(job, Format.INDEX, "application/jsonl", "index.jsonl");
      case null, default -> answer(job, Format.JSONL, "application/jsonl", "jsonl");
    };
  }

  private Response answer(JobId job, Format format, String type, String ending) {
    StreamingOutput bytes = out -> results.write(job, format, out);
    return Response.ok(bytes, type)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"%s.%s\"".formatted(job, ending))
        .build();
  }
}
