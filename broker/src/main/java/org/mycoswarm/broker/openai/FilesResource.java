package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.BlobStore.StoredBlob;

/// The files that batches read and make.
@Path("v1/files")
@Produces(MediaType.APPLICATION_JSON)
public final class FilesResource {
  private static final int FIELD_BYTES_MAX = 1_000;
  private static final int LIMIT_MAX = 10_000;

  private final StoredFiles files;
  private final BlobStore blobs;
  private final Runnable roomCheck;
  private final long bytesMax;

  /// @param roomCheck throws when the disk takes nothing new
  /// @param bytesMax of one file
  public FilesResource(StoredFiles files, BlobStore blobs, Runnable roomCheck, long bytesMax) {
    this.files = files;
    this.blobs = blobs;
    this.roomCheck = roomCheck;
    this.bytesMax = bytesMax;
  }

  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public JsonNode create(
      @HeaderParam(HttpHeaders.CONTENT_TYPE) @Nullable String type, InputStream body)
      throws IOException {
    roomCheck.run();
    Multipart form = new Multipart(type, body);
    String purpose = null;
    String filename = null;
    StoredBlob blob = null;
    for (Multipart.Part part = form.next(); part != null; part = form.next()) {
      if (part.name().equals("file")) {
        filename = part.filename();
        blob = blobs.put(part.body(), bytesMax);
      } else if (part.name().equals("purpose")) {
        purpose = new String(part.body().readNBytes(FIELD_BYTES_MAX), StandardCharsets.UTF_8);
      }
    }
    if (purpose == null || !purpose.equals(StoredFile.UPLOADED)) {
      throw OpenAiError.invalid(
          "purpose", "Expected 'batch' in 'purpose', the only one that this broker knows");
    }
    if (blob == null) {
      throw OpenAiError.invalid("file", "Expected a file in 'file', but there is none");
    }
    String name = filename == null || filename.isEmpty() ? "file" : filename;
    return files.add(name, purpose, blob).view();
  }

  @GET
  public JsonNode list(
      @QueryParam("purpose") @Nullable String purpose,
      @QueryParam("order") @Nullable String order,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("after") @Nullable String after) {
    List<StoredFile> all =
        files.all().stream()
            .filter(one -> purpose == null || one.purpose().equals(purpose))
            .toList();
    return Pages.page(
        "asc".equals(order) ? all.reversed() : all,
        limit,
        after,
        LIMIT_MAX,
        LIMIT_MAX,
        StoredFile::view);
  }

  @GET
  @Path("{file}")
  public JsonNode one(@PathParam("file") String id) {
    return files.get(id).view();
  }

  @GET
  @Path("{file}/content")
  @Produces(MediaType.WILDCARD)
  public Response content(@PathParam("file") String id) {
    StoredFile file = files.get(id);
    StreamingOutput bytes =
        out -> {
          try (InputStream in = files.open(file)) {
            in.transferTo(out);
          }
        };
    return Response.ok(bytes, MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .header(HttpHeaders.CONTENT_LENGTH, file.bytes())
        .build();
  }

  @DELETE
  @Path("{file}")
  public JsonNode delete(@PathParam("file") String id) {
    StoredFile file = files.get(id);
    files.delete(file);
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", file.id())
        .put("object", "file")
        .put("deleted", true);
  }
}
