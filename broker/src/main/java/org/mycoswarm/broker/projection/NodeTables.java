package org.mycoswarm.broker.projection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.NodeView;
import org.mycoswarm.schema.wire.NodeView.LeaseView;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.ResourceSlots;

/// Asks the tables about nodes. Thread-safe. Every method throws [TablesUnavailable] while the
/// tables are being replaced.
public final class NodeTables {
  /// What no event says about a node: when it was heard of last, since this broker started.
  @FunctionalInterface
  public interface LastSeen {
    @Nullable Instant at(NodeId node);
  }

  /// What people call a model.
  @FunctionalInterface
  public interface ModelNames {
    @Nullable String name(String digest);
  }

  private static final TypeReference<List<Capability>> CAPABILITIES = new TypeReference<>() {};

  private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

  /// Kinds whose rate is in tokens a second.
  private static final Set<String> IN_TOKENS = Set.of("embed", GeneratePayload.KIND);

  private static final String COLUMNS =
      """
      select node, name, mode, registered_millis, capabilities, detail, cpu, ram_mib, vram_mib,
        submitters
      from nodes""";

  private record Row(
      String node,
      String name,
      String mode,
      Instant registeredAt,
      String capabilities,
      String detail,
      Resources resources,
      String submitters) {}

  private final Tables tables;
  private final InstantSource clock;
  private final @Nullable LastSeen lastSeen;
  private final Duration offlineAfter;
  private final ModelNames models;

  /// @param lastSeen null for tables of the past: renewals are not in the log, so nobody knows any
  ///     more who lived then, and the state of every node is `unknown`
  /// @param offlineAfter how long a node may be silent and still count as online
  public NodeTables(
      Tables tables,
      InstantSource clock,
      @Nullable LastSeen lastSeen,
      Duration offlineAfter,
      ModelNames models) {
    this.tables = tables;
    this.clock = clock;
    this.lastSeen = lastSeen;
    this.offlineAfter = offlineAfter;
    this.models = models;
  }

  public Optional<NodeView> node(NodeId node) {
    return tables.read(
        handle ->
            views(
                    handle,
                    handle
                        .createQuery(COLUMNS + " where node = :node")
                        .bind("node", node.value())
                        .map((row, _) -> row(row))
                        .list())
                .stream()
                .findFirst());
  }

  /// Nodes in the order of their ids, with what they lease now.
  ///
  /// @param limit 1 to 500
  /// @param cursor the `next` of the page before
  /// @throws IllegalArgumentException when the limit is none of that
  public Page<NodeView> nodes(int limit, @Nullable String cursor) {
    Cursors.checkLimit(limit);
    return tables.read(
        handle -> {
          List<Row> rows =
              handle
                  .createQuery(COLUMNS + " where node > :after order by node limit :limit")
                  .bind("after", cursor == null ? "" : cursor)
                  .bind("limit", limit + 1)
                  .map((row, _) -> row(row))
                  .list();
          return Cursors.page(rows, limit, Row::node, shown -> views(handle, shown));
        });
  }

  private List<NodeView> views(Handle handle, List<Row> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<String, List<LeaseView>> leases = leases(handle, rows.stream().map(Row::node).toList());
    return rows.stream().map(row -> view(row, leases.getOrDefault(row.node(), List.of()))).toList();
  }

  private NodeView view(Row row, List<LeaseView> leases) {
    JsonNode detail = Columns.json(row.detail());
    Instant seen = lastSeen == null ? null : lastSeen.at(new NodeId(row.node()));
    return new NodeView(
        row.node(),
        row.name(),
        state(seen),
        row.mode(),
        row.registeredAt(),
        seen,
        read(row.capabilities(), CAPABILITIES).stream()
            .map(capability -> capability(capability, detail.path("modelNames")))
            .toList(),
        slots(row.resources()),
        read(row.submitters(), TEXTS),
        leases,
        detail);
  }

  private String state(@Nullable Instant seen) {
    if (lastSeen == null) {
      return "unknown";
    }
    return seen != null && seen.plus(offlineAfter).isAfter(clock.instant()) ? "online" : "offline";
  }

  private static @Nullable ResourceSlots slots(Resources has) {
    return has.isNone() ? null : new ResourceSlots(has.cpu(), has.ramMiB(), has.vramMiB());
  }

  private static <T> List<T> read(String json, TypeReference<List<T>> type) {
    try {
      return Json.LENIENT.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "Expected a list as this program writes it, but found " + json, e);
    }
  }

  /// @param names under which the node has its models
  private CapabilityView capability(Capability capability, JsonNode names) {
    String model = capability.model();
    return new CapabilityView(
        capability.kind(),
        model,
        model == null ? null : name(model, names),
        capability.device(),
        capability.rate(),
        IN_TOKENS.contains(capability.kind()) && capability.rate() > 0 ? "tokens" : null,
        model == null ? null : capability.loaded());
  }

  private @Nullable String name(String model, JsonNode names) {
    String known = models.name(model);
    return known == null ? names.path(model).textValue() : known;
  }

  private static Map<String, List<LeaseView>> leases(Handle handle, List<String> nodes) {
    Map<String, List<LeaseView>> leases = new HashMap<>();
    handle
        .createQuery(
            """
            select l.node, l.job, l.number, l.attempt, t.kind, t.label, l.leased_millis
            from leases l join tasks t on t.job = l.job and t.number = l.number
            where l.node in (<nodes>) order by l.leased_millis, l.job, l.number""")
        .bindList("nodes", nodes)
        .map(
            (row, _) ->
                leases
                    .computeIfAbsent(row.getString("node"), _ -> new ArrayList<>())
                    .add(lease(row)))
        .list();
    return leases;
  }

  private static LeaseView lease(ResultSet row) throws SQLException {
    TaskId task = new TaskId(new JobId(row.getString("job")), row.getInt("number"));
    return new LeaseView(
        new LeaseId(task, row.getInt("attempt")).toString(),
        row.getString("kind"),
        row.getString("label"),
        Instant.ofEpochMilli(row.getLong("leased_millis")));
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("node"),
        row.getString("name"),
        row.getString("mode"),
        Instant.ofEpochMilli(row.getLong("registered_millis")),
        row.getString("capabilities"),
        row.getString("detail"),
        new Resources(row.getInt("cpu"), row.getLong("ram_mib"), row.getLong("vram_mib")),
        row.getString("submitters"));
  }
}
