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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Map;
import org.mycoswarm.broker.openai.OpenAiError;

/// Turns whatever ends a request early into a problem document: what Jersey found, and what
/// [Failures] says of the rest.
public final class ProblemMapper implements ExceptionMapper<Throwable> {
  private final Provider<ContainerRequestContext> request;

  @Inject
  public ProblemMapper(Provider<ContainerRequestContext> request) {
    this.request = request;
  }

  @Override
  public Response toResponse(Throwable thrown) {
    if (thrown instanceof OpenAiError e) {
      return Response.status(e.status()).type(MediaType.APPLICATION_JSON).entity(e.json()).build();
    }
    return answer(
        thrown instanceof WebApplicationException e
            ? ofJersey(e)
            : Failures.problem(thrown, request.get().getMethod(), path()));
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
            ? Failures.bug(e, method, path)
            : new ProblemException(
                type, "Expected %s %s to be in order, but it is not".formatted(method, path));
      }
    };
  }

  private Response answer(ProblemException e) {
    int status = e.type().status();
    Response.ResponseBuilder response =
        Response.status(status)
            .type(Problems.mediaType(path()))
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
}
