package org.mycoswarm.broker.results;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.ResultTables.Made;
import org.mycoswarm.schema.wire.ChunkDetail;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.FileReport;

/// Decides what became of one file, from its `chunk` task and the `embed` tasks that it asked for.
final class FileVerdict {
  private FileVerdict() {}

  static FileReport of(ChunkPayload document, Made chunk, List<Made> embeds) throws IOException {
    String result = chunk.result();
    if (result != null) {
      return chunked(document, JobReports.read(result, ChunkDetail.class), embeds);
    }
    return switch (chunk.state()) {
      case "buried" -> verdict(document, "failed", 0, 0, null, chunk.reason());
      case "cancelled" -> verdict(document, "cancelled", 0, 0, null, null);
      default -> verdict(document, "pending", 0, 0, null, null);
    };
  }

  private static FileReport chunked(ChunkPayload document, ChunkDetail detail, List<Made> embeds)
      throws IOException {
    return switch (detail.status()) {
      case "chunked" -> embedded(document, detail, embeds);
      case "empty", "unsupported", "too-large", "broken", "locked", "timeout" ->
          verdict(document, detail.status(), 0, 0, detail.note(), detail.reason());
      default ->
          verdict(
              document,
              "failed",
              0,
              0,
              detail.note(),
              "its node answered with the unknown status '%s'".formatted(detail.status()));
    };
  }

  private static FileReport embedded(ChunkPayload document, ChunkDetail detail, List<Made> embeds)
      throws IOException {
    int vectors = 0;
    for (Made embed : embeds) {
      String result = embed.result();
      if (embed.state().equals("succeeded") && result != null) {
        vectors += JobReports.read(result, EmbedDetail.class).rows();
      }
    }
    Made buried = first(embeds, "buried");
    String status = "embedded";
    String reason = null;
    if (buried != null) {
      status = "failed";
      reason = buried.reason();
    } else if (first(embeds, "cancelled") != null) {
      status = "cancelled";
    } else if (embeds.stream().anyMatch(embed -> !embed.state().equals("succeeded"))) {
      status = "pending";
    } else if (vectors != detail.chunks()) {
      status = "failed";
      reason = "it has %d chunks, but %d vectors".formatted(detail.chunks(), vectors);
    }
    return verdict(document, status, detail.chunks(), vectors, detail.note(), reason);
  }

  private static @Nullable Made first(List<Made> embeds, String state) {
    return embeds.stream().filter(embed -> embed.state().equals(state)).findFirst().orElse(null);
  }

  private static FileReport verdict(
      ChunkPayload document,
      String status,
      int chunks,
      int vectors,
      @Nullable String note,
      @Nullable String reason) {
    return new FileReport(document.path(), status, document.blob(), chunks, vectors, note, reason);
  }
}
