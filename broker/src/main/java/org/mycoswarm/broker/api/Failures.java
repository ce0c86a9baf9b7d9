package org.mycoswarm.broker.api;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.mycoswarm.broker.chat.NoAnswer;
import org.mycoswarm.broker.embedding.NoVector;
import org.mycoswarm.broker.projection.TablesUnavailable;
import org.mycoswarm.broker.records.RecordRefused;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.engine.WriterStopped;
import org.mycoswarm.queue.log.BlobStore.BlobTooLarge;
import org.mycoswarm.queue.log.LogDropped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says what ended a request early. What we did not foresee is logged once, under an id that the
/// answer carries; the answer says nothing else about it.
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /// @param path as it was sent: decoded it could hold a line feed, and forge a line of our log
  public static ProblemException problem(Throwable thrown, String method, String path) {
    return switch (thrown) {
      case ProblemException e -> e;
      case RecordRefused e -> Problems.of(e.why());
      case MailboxFull e -> busy(ProblemType.OVERLOADED, e);
      case WriterStopped e -> busy(ProblemType.UNAVAILABLE, e);
      case TablesUnavailable e -> busy(ProblemType.UNAVAILABLE, e);
      case NoVector e -> noVector(e);
      case NoAnswer e -> noAnswer(e);
      case LogDropped _ ->
          new ProblemException(
              ProblemType.HISTORY_DROPPED,
              "Expected the log to stay as it was while it was read, but older entries were dropped meanwhile to make room. GET /api/v1 shows where it begins now; ask for what comes after");
      case BlobTooLarge e -> new ProblemException(ProblemType.TOO_LARGE, message(e));
      case InterruptedException _ ->
          new ProblemException(
              ProblemType.UNAVAILABLE,
              "Expected to answer, but the broker is stopping; ask again when it is back",
              Map.of("Retry-After", "2"));
      case IOException e -> brokenTransfer(e, method, path);
      default -> bug(thrown, method, path);
    };
  }

  /// The body broke off, or the disk failed. In the first case nobody reads the answer.
  private static ProblemException brokenTransfer(IOException e, String method, String path) {
    String id = UUID.randomUUID().toString();
    LOG.warn("{} {} broke off ({}): {}", method, path, id, e.toString());
    return new ProblemException(
        ProblemType.INTERNAL,
        "Expected to read and store everything, but it broke off; nothing was changed. "
            + "The broker's log says more under "
            + id);
  }

  static ProblemException bug(Throwable thrown, String method, String path) {
    String id = UUID.randomUUID().toString();
    LOG.error("{} {} failed ({})", method, path, id, thrown);
    return new ProblemException(
        ProblemType.INTERNAL,
        "Expected to answer, but something broke in the broker; its log says what, under " + id);
  }

  private static ProblemException noVector(NoVector e) {
    return switch (e.why()) {
      case NO_NODE, BUSY, FAILED -> busy(ProblemType.UNAVAILABLE, e);
      case OVERLOADED -> busy(ProblemType.OVERLOADED, e);
      case TOO_LONG -> new ProblemException(ProblemType.UNPROCESSABLE, message(e));
    };
  }

  private static ProblemException noAnswer(NoAnswer e) {
    return switch (e.why()) {
      case NO_NODE, BUSY, FAILED -> busy(ProblemType.UNAVAILABLE, e);
      case OVERLOADED -> busy(ProblemType.OVERLOADED, e);
      case NOT_IN_ORDER -> new ProblemException(ProblemType.BAD_REQUEST, message(e));
      case TOO_LONG -> new ProblemException(ProblemType.UNPROCESSABLE, message(e));
    };
  }

  private static ProblemException busy(ProblemType type, RuntimeException e) {
    return new ProblemException(type, message(e), Map.of("Retry-After", "1"));
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
