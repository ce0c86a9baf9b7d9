package org.mycoswarm.broker.results;

import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.OutputStream;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ResultLine;

/// Where the lines of a result go to, in one of the forms.
@FunctionalInterface
interface ResultSink {
  /// A result line without its vector.
  record IndexLine(
      String document, String sha256, int ordinal, int start, int end, String text, String model) {}

  void line(ResultLine line) throws IOException;

  static ResultSink jsonl(OutputStream out) {
    ObjectWriter json = Json.LENIENT.writerFor(ResultLine.class);
    return line -> {
      out.write(json.writeValueAsBytes(line));
      out.write('\n');
    };
  }

  static ResultSink index(OutputStream out) {
    ObjectWriter json = Json.LENIENT.writerFor(IndexLine.class);
    return line -> {
      out.write(
          json.writeValueAsBytes(
              new IndexLine(
                  line.document(),
                  line.sha256(),
                  line.ordinal(),
                  line.start(),
                  line.end(),
                  line.text(),
                  line.model())));
      out.write('\n');
    };
  }
}
