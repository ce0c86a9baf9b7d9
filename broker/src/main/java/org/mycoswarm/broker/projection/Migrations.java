package org.mycoswarm.broker.projection;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Brings a database to the newest version by the SQL files of the schema module, in their order. A
/// file that has been released is never changed again: add the next one here.
final class Migrations {
  private static final String FOLDER = "/org/mycoswarm/schema/db/";
  private static final List<String> FILES =
      List.of(
          "V1__tables.sql",
          "V2__order_time_shape.sql",
          "V3__history.sql",
          "V4__kinds.sql",
          "V5__pins.sql");

  private Migrations() {}

  /// @throws TablesTooNew when a newer program has been here
  static void apply(Handle handle) {
    handle.execute("create table if not exists schema_version (version int primary key)");
    int found =
        handle
            .createQuery("select coalesce(max(version), 0) from schema_version")
            .mapTo(Integer.class)
            .one();
    if (found > FILES.size()) {
      throw new TablesTooNew(found, FILES.size());
    }
    for (int version = found + 1; version <= FILES.size(); version++) {
      handle.createScript(text(FILES.get(version - 1))).execute();
      handle.execute("insert into schema_version (version) values (?)", version);
    }
  }

  private static String text(String file) {
    try (InputStream in = Migrations.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException(
            "Expected %s%s on the class path, but it is not there".formatted(FOLDER, file));
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
