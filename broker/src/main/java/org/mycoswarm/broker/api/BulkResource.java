package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.SubmitRequest;

/// Tasks by the hundred thousand: a task a line in, a line a chunk out.
@Path("api/v1/jobs/bulk")
@Produces(BulkResource.LINES)
public final class BulkResource {
  static final String PATH = "/api/v1/jobs/bulk";
  static final String LINES = "application/x-ndjson";
  private static final int CHUNK_LINES = 1_000;
  private static final int KEY_CHARACTERS_MAX = 240;

  private final BulkSubmit bulk;
  private final TimeSortedIds ids;
  private final int chunkLinesMax;

  BulkResource(BulkSubmit bulk, TimeSortedIds ids, int chunkLinesMax) {
    this.bulk = bulk;
    this.ids = ids;
    this.chunkLinesMax = chunkLinesMax;
  }

  /// The answer begins when the body has ended: a caller that reads nothing before would otherwise
  /// wait for us, and we for it.
  @POST
  @Consumes(LINES)
  public Response submit(
      @HeaderParam("Idempotency-Key") @Nullable String key,
      @QueryParam("name") @Nullable String name,
      @QueryParam("submitter") @Nullable String submitter,
      @QueryParam("priority") @Nullable String priority,
      @QueryParam("onFailure") @Nullable String onFailure,
      @QueryParam("deadlineSeconds") @Nullable String deadlineSeconds,
      @QueryParam("chunkLines") @Nullable String chunkLines,
      @QueryParam("items") @Nullable String items,
      @Context HttpHeaders headers,
      InputStream body)
      throws InterruptedException {
    requirePlain(headers.getHeaderString(HttpHeaders.CONTENT_ENCODING));
    int lines =
        chunkLines == null
            ? Math.min(CHUNK_LINES, chunkLinesMax)
            : Inputs.between("chunkLines", chunkLines, 1, chunkLinesMax);
    SubmitRequest request =
        new SubmitRequest(
            name,
            null,
            null,
            submitter,
            priority(priority),
            onFailure(onFailure),
            Inputs.number("deadlineSeconds", deadlineSeconds));
    String known = key(key);
    BulkOutcome outcome =
        answer(
            body,
            new BulkSubmit.Order(
                request,
                known,
                known == null ? ids.next() : known,
                lines,
                Inputs.flag("items", items)));
    return Response.ok((StreamingOutput) outcome::write).build();
  }

  private BulkOutcome answer(InputStream body, BulkSubmit.Order order) throws InterruptedException {
    try {
      return bulk.answer(body, order);
    } catch (IOException e) {
      throw ProblemException.badRequest(
          "Expected the body to come to its end, but it broke off (%s); its whole chunks may be submitted, nothing of the last one is. Send it again under the same Idempotency-Key"
              .formatted(e.getMessage()));
    }
  }

  /// Compressed lines would be refused one by one, each with words that do not help.
  private static void requirePlain(@Nullable String encoding) {
    if (encoding != null && !encoding.equals("identity")) {
      throw new ProblemException(
          ProblemType.UNSUPPORTED_MEDIA_TYPE,
          "Expected lines as they are, but their Content-Encoding is '%s'; nothing was submitted. Send them uncompressed"
              .formatted(encoding));
    }
  }

  private static @Nullable String key(@Nullable String header) {
    String key = Inputs.key(header);
    return key == null ? null : Inputs.text("an Idempotency-Key", key, KEY_CHARACTERS_MAX);
  }

  private static @Nullable Integer priority(@Nullable String text) {
    return text == null ? null : Inputs.between("priority", text, 0, JobOrders.PRIORITY_MAX);
  }

  /// As in a [SubmitRequest], where a number of percent stands in an object.
  private static @Nullable JsonNode onFailure(@Nullable String text) {
    if (text == null) {
      return null;
    }
    JsonNodeFactory json = JsonNodeFactory.instance;
    return text.matches("[0-9]{1,9}")
        ? json.objectNode().put(JobOrders.TOLERATE, Integer.parseInt(text))
        : json.textNode(text);
  }
}
