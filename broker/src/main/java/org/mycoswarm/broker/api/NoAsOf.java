package org.mycoswarm.broker.api;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Parameter;
import java.util.stream.Stream;

/// Refuses `asOf` at every call that does not read it: an answer about now must not pass for one
/// about the past.
final class NoAsOf implements DynamicFeature {
  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    if (Stream.of(resource.getResourceMethod().getParameters()).noneMatch(NoAsOf::isAsOf)) {
      context.register((ContainerRequestFilter) NoAsOf::refuse);
    }
  }

  private static boolean isAsOf(Parameter parameter) {
    QueryParam query = parameter.getAnnotation(QueryParam.class);
    return query != null && query.value().equals(Views.AS_OF);
  }

  private static void refuse(ContainerRequestContext request) {
    if (request.getUriInfo().getQueryParameters().containsKey(Views.AS_OF)) {
      throw ProblemException.badRequest(
          "Expected a call that can look into the past, but %s %s cannot; leave %s out. docs/protocol.md says which can"
              .formatted(
                  request.getMethod(),
                  request.getUriInfo().getRequestUri().getRawPath(),
                  Views.AS_OF));
    }
  }
}
