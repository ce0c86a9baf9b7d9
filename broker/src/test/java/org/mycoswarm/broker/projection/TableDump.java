package org.mycoswarm.broker.projection;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// Every row of every table as text, to compare two databases.
final class TableDump {
  private static final List<String> TABLES =
      List.of(
          "jobs",
          "tasks",
          "task_after",
          "attempts",
          "leases",
          "nodes",
          "job_node",
          "job_totals",
          "blob_refs");

  private TableDump() {}

  static Map<String, List<String>> of(Tables tables) {
    return tables.read(
        handle -> {
          Map<String, List<String>> dump = new TreeMap<>();
          TABLES.forEach(table -> dump.put(table, rows(handle, "select * from " + table)));
          dump.put("projection", rows(handle, "select position, cause from projection"));
          return dump;
        });
  }

  private static List<String> rows(Handle handle, String sql) {
    return handle
        .createQuery(sql)
        .map(
            (row, _) -> {
              StringBuilder line = new StringBuilder();
              for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                line.append(row.getMetaData().getColumnLabel(i))
                    .append('=')
                    .append(row.getString(i))
                    .append(' ');
              }
              return line.toString();
            })
        .list()
        .stream()
        .sorted()
        .toList();
  }
}
