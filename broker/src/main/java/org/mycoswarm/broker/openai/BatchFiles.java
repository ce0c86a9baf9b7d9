package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.openai.BatchResults.Answer;
import org.mycoswarm.broker.openai.BatchResults.Unanswered;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.BlobStore.StoredBlob;
import org.mycoswarm.schema.json.Json;

/// Writes the output file and the error file of one batch: a line for each request, in the order of
/// the input. For one thread.
final class BatchFiles implements AutoCloseable {
  private final String batch;
  private final Lines output;
  private final Lines errors;

  /// One file, first beside the blobs, because a blob is only one when its end is known.
  private static final class Lines implements AutoCloseable {
    final Path path;
    final OutputStream out;
    int lines;

    Lines(Path folder) throws IOException {
      path = Files.createTempFile(folder, "batch-", ".jsonl");
      out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16);
    }

    @Nullable StoredBlob store(BlobStore blobs) throws IOException {
      out.close();
      if (lines == 0) {
        return null;
      }
      try (InputStream in = Files.newInputStream(path)) {
        return blobs.put(in, Long.MAX_VALUE);
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
      Files.deleteIfExists(path);
    }
  }

  /// @param folder for what is not complete yet
  BatchFiles(String batch, Path folder) throws IOException {
    this.batch = batch;
    this.output = new Lines(folder);
    this.errors = new Lines(folder);
  }

  void write(BatchLine line, EmbeddingsRequest request, Answer answer) throws IOException {
    try (JsonGenerator json = begin(output, line)) {
      response(json, line, 200);
      json.writeStartObject();
      json.writeStringField("object", "list");
      json.writeArrayFieldStart("data");
      VectorWriter vectors = new VectorWriter(json, request.base64());
      for (byte[] vector : answer.vectors()) {
        vectors.write(vector);
      }
      json.writeEndArray();
      json.writeStringField("model", request.model());
      VectorWriter.usage(json, answer.tokens());
      json.writeEndObject();
      json.writeEndObject();
      json.writeNullField("error");
      json.writeEndObject();
    }
    output.out.write('\n');
  }

  void write(BatchLine line, Unanswered why) throws IOException {
    try (JsonGenerator json = begin(errors, line)) {
      OpenAiError error = why.error();
      if (error == null) {
        json.writeNullField("response");
        json.writeObjectFieldStart("error");
        json.writeStringField("code", why.code());
        json.writeStringField("message", why.message());
        json.writeEndObject();
      } else {
        response(json, line, error.status());
        try (JsonParser body = Json.LENIENT.createParser(error.json())) {
          body.nextToken();
          json.copyCurrentStructure(body);
        }
        json.writeEndObject();
        json.writeNullField("error");
      }
      json.writeEndObject();
    }
    errors.out.write('\n');
  }

  private JsonGenerator begin(Lines file, BatchLine line) throws IOException {
    file.lines++;
    JsonGenerator json = Json.LENIENT.createGenerator(file.out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    json.writeStartObject();
    json.writeStringField("id", "batch_req_%s_%d".formatted(batch, line.number()));
    json.writeStringField("custom_id", line.customId());
    return json;
  }

  /// Up to where the body begins.
  private void response(JsonGenerator json, BatchLine line, int status) throws IOException {
    json.writeObjectFieldStart("response");
    json.writeNumberField("status_code", status);
    json.writeStringField("request_id", "req_%s_%d".formatted(batch, line.number()));
    json.writeFieldName("body");
  }

  int completed() {
    return output.lines;
  }

  int failed() {
    return errors.lines;
  }

  /// @return null when no request was answered
  @Nullable StoredBlob output(BlobStore blobs) throws IOException {
    return output.store(blobs);
  }

  /// @return null when every request was answered
  @Nullable StoredBlob errors(BlobStore blobs) throws IOException {
    return errors.store(blobs);
  }

  @Override
  public void close() throws IOException {
    try (errors;
        output) {
      // what became a blob is there twice until here
    }
  }
}
