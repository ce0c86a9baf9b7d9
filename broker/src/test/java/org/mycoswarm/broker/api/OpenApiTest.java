package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.glassfish.jersey.server.model.Resource;
import org.glassfish.jersey.server.model.ResourceMethod;
import org.junit.jupiter.api.Test;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.Problem;

/// Holds the document to the code, and the code to the document.
class OpenApiTest {
  private static final JsonNode DOCUMENT = document();

  /// Not in the document: refused because Jersey would otherwise open a stream for it.
  private static final Set<String> UNTOLD =
      Set.of("head /api/v1/events", "head /api/v1/jobs/{job}/events");

  /// A header that clients send by themselves.
  private static final Set<String> OBVIOUS = Set.of(HttpHeaders.CONTENT_LENGTH);

  @Test
  void everyRouteIsInTheDocumentAndEveryRouteOfTheDocumentIsThere() {
    Set<String> told = new TreeSet<>();
    DOCUMENT
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(method -> told.add(method + " " + path.getKey())));

    assertThat(told).contains("post /api/v1/jobs");
    assertThat(routes().keySet()).isEqualTo(told);
  }

  @Test
  void everyParameterIsInTheDocumentAndEveryParameterOfTheDocumentIsRead() {
    routes()
        .forEach(
            (route, method) -> assertThat(told(route)).as(route).isEqualTo(parameters(method)));
  }

  @Test
  void everyAnswerMayBeAProblem() {
    DOCUMENT
        .path("paths")
        .forEach(
            path ->
                path.forEach(
                    operation ->
                        assertThat(operation.at("/responses/default/$ref").asText())
                            .isEqualTo("#/components/responses/Problem")));
  }

  @Test
  void everySchemaHasTheFieldsOfItsRecord() {
    Set<String> checked =
        new TreeSet<>(
            Set.of(
                "JobPage",
                "TaskPage",
                "NodePage",
                "LogPage",
                "ThrottlePage",
                "KindPolicyPage",
                "CollectionPage",
                "ModelPage",
                "PipelinePage",
                "RunPage",
                "SchedulePage"));
    checked.forEach(page -> assertFields(page, Page.class));
    checked.add("LeaseReport"); // a part of ResultReport, made from JSON
    wireRecords()
        .filter(type -> type != Page.class)
        .forEach(
            type -> {
              assertFields(type.getSimpleName(), type);
              checked.add(type.getSimpleName());
            });

    Set<String> told = new TreeSet<>();
    DOCUMENT.at("/components/schemas").fieldNames().forEachRemaining(told::add);
    assertThat(told).isEqualTo(checked);
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    DOCUMENT
        .findValuesAsText("$ref")
        .forEach(
            reference ->
                assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  @Test
  void everyWordOfAProblemIsInTheDocument() {
    String responses = DOCUMENT.at("/components/responses").toString();
    Set<ProblemType> everywhere =
        Set.of(
            ProblemType.UNAUTHORIZED,
            ProblemType.FORBIDDEN,
            ProblemType.METHOD_NOT_ALLOWED,
            ProblemType.NOT_ACCEPTABLE,
            ProblemType.INTERNAL);

    Stream.of(ProblemType.values())
        .filter(type -> !everywhere.contains(type))
        .forEach(
            type ->
                assertThat(responses)
                    .contains("`" + type.uri().replace("urn:mycoswarm:problem:", "") + "`"));
  }

  private static void assertFields(String name, Class<?> type) {
    JsonNode schema = DOCUMENT.at("/components/schemas/" + name);
    Set<String> fields = new TreeSet<>();
    schema.path("properties").fieldNames().forEachRemaining(fields::add);
    Set<String> required = new TreeSet<>();
    schema.path("required").forEach(field -> required.add(field.asText()));

    assertThat(fields).as(name).isEqualTo(names(Stream.of(type.getRecordComponents())));
    assertThat(required)
        .as("required of " + name)
        .isEqualTo(
            names(
                Stream.of(type.getRecordComponents())
                    .filter(component -> !RequiredFields.optional(component))));
  }

  private static Set<String> names(Stream<RecordComponent> components) {
    return components.map(RecordComponent::getName).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<Class<?>> wireRecords() {
    return new ClassFileImporter()
        .importPackagesOf(Problem.class).stream()
            .<Class<?>>map(found -> found.reflect())
            .filter(Class::isRecord);
  }

  private static Set<String> told(String route) {
    int space = route.indexOf(' ');
    Set<String> told = new TreeSet<>();
    DOCUMENT
        .path("paths")
        .path(route.substring(space + 1))
        .path(route.substring(0, space))
        .path("parameters")
        .forEach(
            parameter ->
                told.add(parameter.path("in").asText() + " " + parameter.path("name").asText()));
    return told;
  }

  private static Set<String> parameters(Method method) {
    Set<String> read = new TreeSet<>();
    Stream.of(method.getParameters())
        .forEach(
            parameter -> {
              PathParam path = parameter.getAnnotation(PathParam.class);
              QueryParam query = parameter.getAnnotation(QueryParam.class);
              HeaderParam header = parameter.getAnnotation(HeaderParam.class);
              if (path != null) {
                read.add("path " + path.value());
              } else if (query != null) {
                read.add("query " + query.value());
              } else if (header != null && !OBVIOUS.contains(header.value())) {
                read.add("header " + header.value());
              }
            });
    return read;
  }

  private static NavigableMap<String, Method> routes() {
    NavigableMap<String, Method> routes = new TreeMap<>();
    new ClassFileImporter()
        .importPackagesOf(Api.class).stream()
            .filter(found -> found.isAnnotatedWith(Path.class))
            .map(found -> Resource.from(found.reflect()))
            .forEach(resource -> add(resource, "", routes));
    UNTOLD.forEach(routes::remove);
    return routes;
  }

  private static void add(Resource resource, String parent, Map<String, Method> routes) {
    String path = parent + "/" + resource.getPath().replaceFirst("^/", "");
    for (ResourceMethod method : resource.getResourceMethods()) {
      routes.put(
          method.getHttpMethod().toLowerCase(Locale.ROOT) + " " + path,
          method.getInvocable().getHandlingMethod());
    }
    resource.getChildResources().forEach(child -> add(child, path, routes));
  }

  private static JsonNode document() {
    try (InputStream in =
        OpenApiTest.class.getResourceAsStream("/org/mycoswarm/schema/openapi.json")) {
      return Json.STRICT.readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
