package org.mycoswarm.queue.log.json;

import java.io.IOException;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.RecordId;
import org.mycoswarm.queue.domain.RecordVersion;

/// Records as fields of another object. What a record says is kept as text, to the letter.
final class RecordShapes {
  private RecordShapes() {}

  static void write(JsonText json, RecordVersion record) throws IOException {
    write(json, record.id());
    json.number("version", record.version());
    json.text("json", record.json());
    json.texts("blobs", record.blobs());
  }

  static RecordVersion record(JsonFields json) {
    return new RecordVersion(
        id(json), json.number("version"), json.text("json"), json.texts("blobs", BlobHash::new));
  }

  static void write(JsonText json, RecordId id) throws IOException {
    json.text("space", id.space());
    json.text("name", id.name());
  }

  static RecordId id(JsonFields json) {
    return new RecordId(json.text("space"), json.text("name"));
  }
}
