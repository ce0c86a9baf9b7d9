package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import org.mycoswarm.broker.embedding.VectorBlobs;
import org.mycoswarm.broker.results.NpyReader;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedDetail;

/// Vectors for texts, at once.
@Path("v1/embeddings")
@Produces(MediaType.APPLICATION_JSON)
public final class EmbeddingsResource {
  private final Embeddings embeddings;
  private final VectorBlobs blobs;

  public EmbeddingsResource(Embeddings embeddings, BlobStore blobs) {
    this.embeddings = embeddings;
    this.blobs = new VectorBlobs(blobs);
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(JsonNode body) throws InterruptedException {
    Embeddings.Answer answer = embeddings.answer(body);
    StreamingOutput out = stream -> write(answer, stream);
    return Response.ok(out).build();
  }

  /// The vectors are read from their blobs while they are sent, so that many at once cost little
  /// memory.
  private void write(Embeddings.Answer answer, OutputStream out) throws IOException {
    try (JsonGenerator json = Json.LENIENT.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("object", "list");
      json.writeArrayFieldStart("data");
      VectorWriter vectors = new VectorWriter(json, answer.request().base64());
      for (EmbedDetail detail : answer.made()) {
        try (NpyReader npy = blobs.open(detail)) {
          for (int i = 0; i < detail.rows(); i++) {
            vectors.write(npy.rowBytes());
          }
        }
      }
      json.writeEndArray();
      json.writeStringField("model", answer.model().name());
      VectorWriter.usage(json, answer.tokens());
      json.writeEndObject();
    }
  }
}
