package org.mycoswarm.benchmarks.broker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mycoswarm.benchmarks.load.Payloads;

/// The bytes of the calls of a load run.
final class Requests {
  /// `{"text":"..."}` around them makes 1 KiB.
  private static final int TEXT = Payloads.BYTES - 11;

  private static final String JOBS = "/api/v1/jobs";

  private Requests() {}

  static byte[] submit(int first, int tasks, IntFunction<String> kind) {
    String list =
        IntStream.range(first, first + tasks)
            .mapToObj(number -> task(kind.apply(number), Payloads.get(number)))
            .collect(Collectors.joining(",", "{\"tasks\":[", "]}"));
    return post(JOBS, list);
  }

  private static String task(String kind, byte[] payload) {
    String text = new String(payload, 0, TEXT, US_ASCII);
    return "{\"kind\":\"" + kind + "\",\"payload\":{\"text\":\"" + text + "\"}}";
  }

  static byte[] cancel(String job) {
    return post(JOBS + "/" + job + "/cancel", "{}");
  }

  static byte[] register(String node, List<String> kinds) {
    String capabilities =
        kinds.stream()
            .map(kind -> "{\"kind\":\"" + kind + "\",\"device\":\"cpu\",\"rate\":0}")
            .collect(Collectors.joining(",", "[", "]"));
    return post(
        "/api/v1/nodes",
        "{\"node\":\"%s\",\"name\":\"bench\",\"capabilities\":%s,\"detail\":{}}"
            .formatted(node, capabilities));
  }

  static byte[] work(String node, List<String> finished, int want, int waitSeconds) {
    StringBuilder body = new StringBuilder("{\"results\":[");
    for (int i = 0; i < finished.size(); i++) {
      body.append(i == 0 ? "" : ",");
      body.append("{\"lease\":\"").append(finished.get(i)).append("\",\"status\":\"completed\"}");
    }
    body.append("],\"want\":").append(want).append(",\"waitSeconds\":").append(waitSeconds);
    return post("/api/v1/nodes/" + node + "/work", body.append('}').toString());
  }

  static byte[] get(String path) {
    return HttpConnection.request("GET", path, new byte[0]);
  }

  static byte[] post(String path, String body) {
    return HttpConnection.request("POST", path, body.getBytes(US_ASCII));
  }
}
