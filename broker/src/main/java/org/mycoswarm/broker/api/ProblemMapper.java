package org.mycoswarm.broker.api;

import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.mycoswarm.broker.projection.TablesUnavailable;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.queue.engine.WriterStopped;
import org.mycoswarm.queue.log.BlobStore.BlobTooLarge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns whatever ends a request early into a problem document. What we did not foresee is logged
/// once, under an id that the answer carries; the answer says nothing else about it.
public final class ProblemMapper implements ExceptionMapper<Throwable> {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);

  private final Provider<ContainerRequestContext> request;

  @Inject
  public ProblemMapper(Provider<ContainerRequestContext> request) {
    this.request = request;
  }

  @Override
  public Response toResponse(Throwable thrown) {
    return switch (thrown) {
      case ProblemException e -> answer(e);
      case MailboxFull e -> answer(busy(e));
      case WriterStopped e -> answer(busy(e));
      case TablesUnavailable e -> answer(busy(e));
      case BlobTooLarge e -> answer(new ProblemException(ProblemType.TOO_LARGE, message(e)));
      case WebApplicationException e -> answer(ofJersey(e));
      case InterruptedException _ ->
          answer(
              new ProblemException(
                  ProblemType.OVERLOADED,
                  "Expected to answer, but the broker is stopping; ask again when it is back",
                  Map.of(HttpHeaders.RETRY_AFTER, "2")));
      case IOException e -> answer(ofBrokenTransfer(e));
      default -> answer(ofBug(thrown));
    };
  }

  private ProblemException ofJersey(WebApplicationException e) {
    String method = request.get().getMethod();
    String path = path();
    return switch (e) {
      case NotAllowedException notAllowed -> {
        String allow = notAllowed.getResponse().getHeaderString(HttpHeaders.ALLOW);
        yield new ProblemException(
            ProblemType.METHOD_NOT_ALLOWED,
            "Expected one of the methods %s at '%s', but it is %s".formatted(allow, path, method),
            Map.of(HttpHeaders.ALLOW, allow));
      }
      case NotFoundException _ ->
          ProblemException.notFound(
              "Expected an address of the API, but there is none at '%s'; GET /api/v1/openapi.json lists them"
                  .formatted(path));
      case NotSupportedException _ ->
          new ProblemException(
              ProblemType.UNSUPPORTED_MEDIA_TYPE,
              "Expected a Content-Type that %s %s takes, such as application/json, but it is '%s'"
                  .formatted(method, path, header(HttpHeaders.CONTENT_TYPE)));
      case NotAcceptableException _ ->
          new ProblemException(
              ProblemType.NOT_ACCEPTABLE,
              "Expected an Accept header that the answer of %s %s can meet, but it is '%s'"
                  .formatted(method, path, header(HttpHeaders.ACCEPT)));
      default -> {
        ProblemType type = ProblemType.of(e.getResponse().getStatus());
        yield type == ProblemType.INTERNAL
            ? ofBug(e)
            : new ProblemException(
                type, "Expected %s %s to be in order, but it is not".formatted(method, path));
      }
    };
  }

  /// The body broke off, or the disk failed. In the first case nobody reads the answer.
  private ProblemException ofBrokenTransfer(IOException e) {
    String id = UUID.randomUUID().toString();
    LOG.warn("{} {} broke off ({}): {}", request.get().getMethod(), path(), id, e.toString());
    return new ProblemException(
        ProblemType.INTERNAL,
        "Expected to read and store everything, but it broke off; nothing was changed. "
            + "The broker's log says more under "
            + id);
  }

  private ProblemException ofBug(Throwable thrown) {
    String id = UUID.randomUUID().toString();
    LOG.error("{} {} failed ({})", request.get().getMethod(), path(), id, thrown);
    return new ProblemException(
        ProblemType.INTERNAL,
        "Expected to answer, but something broke in the broker; its log says what, under " + id);
  }

  private static ProblemException busy(RuntimeException e) {
    return new ProblemException(
        ProblemType.OVERLOADED, message(e), Map.of(HttpHeaders.RETRY_AFTER, "1"));
  }

  private Response answer(ProblemException e) {
    int status = e.type().status();
    Response.ResponseBuilder response =
        Response.status(status)
            .type(Problems.MEDIA_TYPE)
            .entity(Problems.json(e.type(), status, e.detail(), path()));
    e.headers().forEach(response::header);
    return response.build();
  }

  /// As it was sent: decoded it could hold a line feed, and forge a line of our log.
  private String path() {
    return request.get().getUriInfo().getRequestUri().getRawPath();
  }

  private String header(String name) {
    String value = request.get().getHeaderString(name);
    return value == null ? "absent" : value;
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
