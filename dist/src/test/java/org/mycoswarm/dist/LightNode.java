package org.mycoswarm.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// A node that somebody else wrote, of a restless kind: it takes tasks of [#KIND], does nothing for
/// them, and ends their leases in every way there is: completed in the call for work or in a call
/// of its own, failed, handed back, or kept silently beyond the lease time and then reported all
/// the same. A report that got no answer is repeated until there is one. For one thread.
final class LightNode {
  static final String KIND = "by-hand";
  static final int LEASE_SECONDS = 2;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(30);
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(LEASE_SECONDS * 1000 + 500);

  private record Report(String lease, String status) {
    Map<String, Object> body() {
      Map<String, Object> detail = status.equals("failed") ? Map.of() : Map.of("hash", lease);
      return Map.of("lease", lease, "status", status, "detail", detail, "reason", "it was diced");
    }

    /// What the call for one lease calls it.
    String verb() {
      return switch (status) {
        case "completed" -> "complete";
        case "failed" -> "fail";
        default -> "release";
      };
    }
  }

  private record Kept(Report report, long untilNanos) {}

  private final Api api;
  private final String id;
  private final Random dice;
  private final Consumer<Promise> ledger;
  private final List<Report> inTheNextCall = new ArrayList<>();
  private final List<Report> onTheirOwn = new ArrayList<>();
  private final List<Kept> kept = new ArrayList<>();

  /// Leases whose report was sent without an answer to it: it may have arrived. A refusal of the
  /// whole call is no answer, as the report in it may have been taken.
  private final Set<String> unsure = new HashSet<>();

  LightNode(Api api, String id, long seed, Consumer<Promise> ledger) {
    this.api = api;
    this.id = id;
    this.dice = new Random(seed);
    this.ledger = ledger;
  }

  /// Does not return.
  void run() {
    boolean registered = false;
    while (true) {
      try {
        registered = registered ? work() : register();
      } catch (UncheckedIOException e) {
        LockSupport.parkNanos(PAUSE_NANOS); // the broker is gone, or the way to it
      }
    }
  }

  private boolean register() {
    Map<String, Object> capability = Map.of("kind", KIND, "device", "cpu", "rate", 0);
    Map<String, Object> body =
        Map.of("node", id, "name", id, "capabilities", List.of(capability), "detail", Map.of());
    return answered(api.postAny("/api/v1/nodes", Api.jsonOf(body)));
  }

  /// @return whether the broker knows this node
  private boolean work() {
    while (!onTheirOwn.isEmpty()) {
      reportOnItsOwn(onTheirOwn.getFirst());
    }
    List<Report> reports = List.copyOf(inTheNextCall);
    Set<String> unsureBefore = Set.copyOf(unsure);
    reports.forEach(report -> unsure.add(report.lease())); // until there is an answer
    HttpResponse<String> answer = call(reports);
    if (answer.statusCode() == 404) {
      return false;
    }
    if (answered(answer)) {
      inTheNextCall.removeAll(reports);
      unsure.retainAll(unsureBefore);
      JsonNode said = Api.json(answer);
      for (int i = 0; i < reports.size(); i++) {
        boolean accepted = said.path("results").path(i).path("status").asText().equals("accepted");
        settle(reports.get(i), accepted);
      }
      said.path("leases").forEach(lease -> take(lease.path("lease").asText()));
    }
    takeUpWhatWasKept();
    return true;
  }

  private HttpResponse<String> call(List<Report> reports) {
    int wait = kept.isEmpty() && reports.isEmpty() ? 1 : 0;
    Map<String, Object> body =
        Map.of(
            "results",
            reports.stream().map(Report::body).toList(),
            "want",
            1 + dice.nextInt(4),
            "waitSeconds",
            wait);
    return api.postAny("/api/v1/nodes/" + id + "/work", Api.jsonOf(body));
  }

  private void reportOnItsOwn(Report report) {
    boolean sure = unsure.add(report.lease()); // until there is an answer
    HttpResponse<String> answer =
        api.postAny(
            "/api/v1/leases/" + report.lease() + "/" + report.verb(), Api.jsonOf(report.body()));
    if (answer.statusCode() == 409 || answered(answer)) {
      onTheirOwn.remove(report);
      if (sure) {
        unsure.remove(report.lease());
      }
      settle(report, answer.statusCode() != 409);
    }
  }

  private void settle(Report report, boolean accepted) {
    boolean mayHaveArrived = unsure.remove(report.lease());
    if (!accepted) {
      if (!mayHaveArrived) {
        ledger.accept(new Promise.Refused(report.lease()));
      }
    } else if (report.status().equals("completed")) {
      ledger.accept(new Promise.Done(report.lease()));
    } else {
      ledger.accept(new Promise.Ended(report.lease()));
    }
  }

  private void take(String lease) {
    ledger.accept(new Promise.Leased(lease, id));
    int sides = dice.nextInt(100);
    if (sides < 55) {
      inTheNextCall.add(new Report(lease, "completed"));
    } else if (sides < 85) {
      onTheirOwn.add(new Report(lease, "completed"));
    } else if (sides < 88) {
      onTheirOwn.add(new Report(lease, "failed"));
    } else if (sides < 91) {
      onTheirOwn.add(new Report(lease, "released"));
    } else if (sides < 94) {
      inTheNextCall.add(new Report(lease, "released"));
    } else if (sides < 97) {
      keep(lease, LATE_NANOS);
    } else {
      keep(lease, LATE_NANOS / 10);
    }
  }

  private void keep(String lease, long nanos) {
    kept.add(new Kept(new Report(lease, "completed"), System.nanoTime() + nanos));
  }

  private void takeUpWhatWasKept() {
    for (Kept each : List.copyOf(kept)) {
      if (System.nanoTime() - each.untilNanos() >= 0) {
        kept.remove(each);
        onTheirOwn.add(each.report());
      }
    }
    if (!kept.isEmpty()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private boolean answered(HttpResponse<String> answer) {
    if (answer.statusCode() == 200) {
      return true;
    }
    if (answer.statusCode() != 503 && answer.statusCode() != 429) {
      ledger.accept(new Promise.Broken(answer.uri() + ": " + answer.body()));
    }
    LockSupport.parkNanos(PAUSE_NANOS);
    return false;
  }
}
