package org.mycoswarm.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.search.Samples.NOON;
import static org.mycoswarm.search.Samples.SETTINGS;
import static org.mycoswarm.search.Samples.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is exported is read by somebody else's program and compared with what was put.
class ExportTest {
  @TempDir private Path folder;
  private LuceneIndex index;

  @BeforeEach
  void filled() throws IOException {
    index = LuceneIndex.open(folder.resolve("index"), SETTINGS);
    index.put(
        document(
            "b.md",
            "moss \ud83c\udf44 \"grows\"\n\nfern\nfrond",
            1,
            "A title",
            "text/markdown",
            NOON));
    index.put(document("a.txt", "stone", 2));
    index.put(document("empty", "", 0));
    index.commit(Map.of());
  }

  @AfterEach
  void closed() {
    index.close();
  }

  private List<IndexedChunk> chunks() {
    List<IndexedChunk> chunks = new ArrayList<>();
    index.contents(document -> chunks.addAll(document.chunks()));
    return chunks;
  }

  @Test
  void json_has_a_line_for_each_chunk() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertThat(Export.jsonLines(index, out)).isEqualTo(3);

    List<JsonNode> rows = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      rows.add(new ObjectMapper().readTree(line));
    }
    assertThat(rows)
        .extracting(row -> row.get("path").asText())
        .containsExactly("a.txt", "b.md", "b.md");
    assertThat(rows)
        .extracting(row -> row.get("text").asText())
        .containsExactly("stone", "moss \ud83c\udf44 \"grows\"", "fern\nfrond");
    assertThat(rows.get(1).get("title").asText()).isEqualTo("A title");
    assertThat(rows.get(0).get("title").isNull()).isTrue();
    assertThat(rows.get(1).get("modified").asText()).isEqualTo(NOON.toString());
    for (int i = 0; i < 3; i++) {
      float[] vector = chunks().get(i).vector();
      for (int j = 0; j < vector.length; j++) {
        assertThat(rows.get(i).get("vector").get(j).floatValue()).isEqualTo(vector[j]);
      }
    }
  }

  @Test
  void numpy_has_a_row_for_each_line_beside_it() throws Exception {
    Path matrix = folder.resolve("vectors.npy");
    ByteArrayOutputStream rows = new ByteArrayOutputStream();

    assertThat(Export.numpy(index, 4, matrix, rows)).isEqualTo(3);

    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(matrix)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[128];
    bytes.get(header);
    assertThat(new String(header, 1, 127, StandardCharsets.US_ASCII))
        .startsWith("NUMPY")
        .contains("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }")
        .endsWith(" \n");
    for (IndexedChunk chunk : chunks()) {
      for (float number : chunk.vector()) {
        assertThat(bytes.getFloat()).isEqualTo(number);
      }
    }
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(rows.toString(StandardCharsets.UTF_8).lines())
        .hasSize(3)
        .noneMatch(line -> line.contains("\"vector\""));
  }

  @Test
  void parquet_is_read_back_by_duckdb() throws Exception {
    Path file = folder.resolve("chunks.parquet");

    assertThat(Export.parquet(index, Files.newOutputStream(file))).isEqualTo(3);

    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select path, title, ordinal, \"start\", \"end\", page, heading, text, hash, bytes,"
                    + " epoch_ms(modified) as modified, array_to_string(vector, ' ') as vector from '"
                    + file
                    + "' order by path, ordinal")) {
      for (IndexedChunk chunk : chunks()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString("text")).isEqualTo(chunk.text());
        assertThat(rows.getInt("start")).isEqualTo(chunk.start());
        assertThat(rows.getInt("end")).isEqualTo(chunk.end());
        assertThat(rows.getInt("page")).isEqualTo(chunk.page());
        assertThat(rows.getString("hash")).isEqualTo(chunk.hash());
        assertThat(rows.getLong("modified")).isEqualTo(NOON.toEpochMilli());
        String[] numbers = rows.getString("vector").split(" ", -1);
        for (int i = 0; i < numbers.length; i++) {
          assertThat(Float.parseFloat(numbers[i])).isEqualTo(chunk.vector()[i]);
        }
      }
      assertThat(rows.next()).isFalse();
    }
  }
}
