package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.BlobStore.StoredBlob;
import org.mycoswarm.schema.wire.BlobView;

/// Bytes by their hash, streamed in and out.
@Path("api/v1/blobs")
public final class BlobsResource {
  private static final long UNSAID_BYTES_MAX = 256L << 20;

  private final BlobStore blobs;
  private final RoomCheck room;
  private final long bytesMax;

  BlobsResource(BlobStore blobs, RoomCheck room, long bytesMax) {
    this.blobs = blobs;
    this.room = room;
    this.bytesMax = bytesMax;
  }

  @POST
  @Consumes(MediaType.WILDCARD)
  @Produces(MediaType.APPLICATION_JSON)
  public Response store(
      @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable String length, InputStream body)
      throws IOException {
    room.admitNew();
    return stored(put(length, body));
  }

  @PUT
  @Path("{sha256}")
  @Consumes(MediaType.WILDCARD)
  @Produces(MediaType.APPLICATION_JSON)
  public Response store(
      @PathParam("sha256") String sha256,
      @HeaderParam(HttpHeaders.CONTENT_LENGTH) @Nullable String length,
      InputStream body)
      throws IOException {
    BlobHash wanted = Inputs.blob(sha256);
    StoredBlob stored = put(length, body);
    if (!stored.hash().equals(wanted)) {
      throw new ProblemException(
          ProblemType.UNPROCESSABLE,
          "Expected bytes with the hash %s, but the %,d bytes that came have %s; nothing refers to them and they will be deleted. Send the file again"
              .formatted(wanted, stored.bytes(), stored.hash()));
    }
    return stored(stored);
  }

  @GET
  @Path("{sha256}")
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  public Response bytes(
      @PathParam("sha256") String sha256,
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String known,
      @HeaderParam("Range") @Nullable String range)
      throws IOException {
    BlobHash hash = Inputs.blob(sha256);
    long size = size(hash);
    if (tag(hash).equals(known)) {
      return described(Response.notModified(), hash).build();
    }
    if (range != null && ByteRange.isOne(range)) {
      return part(hash, size, range);
    }
    StreamingOutput bytes =
        out -> {
          try (InputStream in = blobs.open(hash).orElseThrow(() -> missing(hash))) {
            in.transferTo(out);
          }
        };
    return described(Response.ok(bytes), hash).header(HttpHeaders.CONTENT_LENGTH, size).build();
  }

  private Response part(BlobHash hash, long size, String header) {
    Optional<ByteRange> range = ByteRange.of(header, size);
    if (range.isEmpty()) {
      return Response.status(416).header("Content-Range", "bytes */" + size).build();
    }
    ByteRange bytes = range.get();
    java.nio.file.Path file = blobs.file(hash).orElseThrow(() -> missing(hash));
    StreamingOutput part = out -> bytes.copy(file, out);
    return described(Response.status(206).entity(part), hash)
        .header("Content-Range", bytes.header(size))
        .header(HttpHeaders.CONTENT_LENGTH, bytes.length())
        .build();
  }

  @HEAD
  @Path("{sha256}")
  @Produces(MediaType.APPLICATION_OCTET_STREAM)
  public Response head(@PathParam("sha256") String sha256) throws IOException {
    BlobHash hash = Inputs.blob(sha256);
    blobs.touch(hash); // who asks is about to refer to it
    long size = size(hash);
    return described(Response.ok(), hash).header(HttpHeaders.CONTENT_LENGTH, size).build();
  }

  /// A body that does not say how long it is could fill the disk before anybody noticed.
  private StoredBlob put(@Nullable String length, InputStream body) throws IOException {
    long most = length == null ? Math.min(bytesMax, UNSAID_BYTES_MAX) : Long.parseLong(length);
    if (most > bytesMax) {
      throw new BlobStore.BlobTooLarge(bytesMax);
    }
    room.admitResult(length == null ? 0 : most);
    return blobs.put(body, most);
  }

  private long size(BlobHash hash) {
    return blobs.size(hash).orElseThrow(() -> missing(hash));
  }

  private static Response stored(StoredBlob blob) {
    return Response.status(blob.isNew() ? 201 : 200)
        .header(HttpHeaders.LOCATION, "/api/v1/blobs/" + blob.hash())
        .entity(new BlobView(blob.hash().hex(), blob.bytes()))
        .build();
  }

  /// A blob never changes, so whoever has it need not ask again.
  private static Response.ResponseBuilder described(
      Response.ResponseBuilder response, BlobHash hash) {
    Map.of(
            HttpHeaders.ETAG,
            tag(hash),
            HttpHeaders.CACHE_CONTROL,
            "private, max-age=31536000, immutable")
        .forEach(response::header);
    return response;
  }

  private static String tag(BlobHash hash) {
    return '"' + hash.hex() + '"';
  }

  private static ProblemException missing(BlobHash hash) {
    return ProblemException.notFound(
        "Expected a blob with the hash %s, but there is none; it was never uploaded, or nothing referred to it for long"
            .formatted(hash));
  }
}
