package org.mycoswarm.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.schema.wire.BulkChunk;
import org.mycoswarm.schema.wire.BulkSummary;

/// What a broker answers to a bulk submission: a line for each chunk, and the summary as the last.
public record BulkAnswer(List<BulkChunk> chunks, BulkSummary summary) {
  public BulkAnswer {
    chunks = List.copyOf(chunks);
  }

  /// Those of which nothing is in the queue.
  public List<BulkChunk> refused() {
    return chunks.stream().filter(chunk -> chunk.problem() != null).toList();
  }

  /// @throws IOException when the answer breaks off before its summary
  static BulkAnswer read(InputStream body) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    List<BulkChunk> chunks = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode tree = Wire.tree(line.getBytes(StandardCharsets.UTF_8));
      if (tree.has("batch")) {
        return new BulkAnswer(chunks, Wire.read(tree, BulkSummary.class));
      }
      chunks.add(Wire.read(tree, BulkChunk.class));
    }
    throw new EOFException("the answer broke off");
  }
}
