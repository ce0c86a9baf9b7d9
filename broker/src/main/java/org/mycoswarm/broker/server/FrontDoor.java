package org.mycoswarm.broker.server;

import java.net.URI;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.glassfish.jersey.jetty.JettyHttpContainer;
import org.glassfish.jersey.server.ContainerFactory;
import org.glassfish.jersey.server.ResourceConfig;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.HotCalls;
import org.mycoswarm.broker.pipelines.Pipelines;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one port everything goes through: nodes, the command line and the console. A request passes
/// the [Gatekeeper] first, then the console's files, then the resources; each request has a virtual
/// thread of its own.
///
/// Thread-safe; [#close] twice is fine.
public final class FrontDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);
  private static final int HEADER_BYTES_MAX = 16 << 10;

  /// Connections that are kept open for a next request are not waited for.
  private static final long SILENT_WHEN_STOPPING_MILLIS = 100;

  private final Server server;
  private final ServerConnector connector;

  /// Opens a port behind which everything goes through Jersey.
  static FrontDoor open(DoorSettings settings, ResourceConfig resources) {
    return started(settings, jersey(resources), null);
  }

  /// Opens the port and answers from now on.
  ///
  /// @param resources the API
  /// @param hot those of its calls that need not go through Jersey
  /// @param pipelines whose stages connect here
  /// @throws IllegalStateException when the port cannot be opened; says which and why
  public static FrontDoor open(
      DoorSettings settings, ResourceConfig resources, HotCalls hot, Pipelines pipelines) {
    return started(settings, calls(resources, hot, Admission.Bounds.DEFAULT), pipelines);
  }

  /// As above, without stages.
  public static FrontDoor open(DoorSettings settings, ResourceConfig resources, HotCalls hot) {
    return open(settings, resources, hot, Admission.Bounds.DEFAULT);
  }

  /// @param bounds of what is answered at a time
  static FrontDoor open(
      DoorSettings settings, ResourceConfig resources, HotCalls hot, Admission.Bounds bounds) {
    return started(settings, calls(resources, hot, bounds), null);
  }

  private static Handler calls(ResourceConfig resources, HotCalls hot, Admission.Bounds bounds) {
    return new Admission(bounds, new Handler.Sequence(new HotPaths(hot), jersey(resources)));
  }

  private static FrontDoor started(
      DoorSettings settings, Handler api, @Nullable Pipelines pipelines) {
    FrontDoor door = new FrontDoor(settings, api, pipelines);
    try {
      door.server.start();
    } catch (Exception e) {
      door.close();
      throw new IllegalStateException(
          "Expected to listen on %s port %d, but it failed: %s; the broker does not run. Choose another port, or end the program that has it"
              .formatted(settings.bindAddress(), settings.port(), e.getMessage()),
          e);
    }
    return door;
  }

  private FrontDoor(DoorSettings settings, Handler api, @Nullable Pipelines pipelines) {
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    threads.setName("http");
    threads.setVirtualThreadsExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory()));
    server = new Server(threads);
    server.setStopTimeout(settings.stopTime().toMillis());
    server.setErrorHandler(new ProblemErrors());
    FirstRequestDeadline deadline =
        new FirstRequestDeadline(
            server.getScheduler(),
            settings.firstRequestTime(),
            new Gatekeeper(settings, inside(api, pipelines)));
    server.setHandler(new GracefulHandler(new ReadToTheEnd(deadline)));
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http()));
    connector.setHost(settings.bindAddress());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.idleTime().toMillis());
    connector.setShutdownIdleTimeout(SILENT_WHEN_STOPPING_MILLIS);
    connector.addBean(deadline.listener());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(settings.connectionsMax(), connector));
  }

  private Handler inside(Handler api, @Nullable Pipelines pipelines) {
    return pipelines == null
        ? new Handler.Sequence(new ConsoleFiles(), api)
        : new Handler.Sequence(new ConsoleFiles(), new StagePaths(pipelines, server), api);
  }

  private static Handler jersey(ResourceConfig resources) {
    JettyHttpContainer api =
        ContainerFactory.createContainer(
            JettyHttpContainer.class, resources.register(WholeAnswers.Cut.class));
    return new WholeAnswers(api);
  }

  private static HttpConfiguration http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(HEADER_BYTES_MAX);
    http.setUriCompliance(UriCompliance.RFC3986);
    return http;
  }

  /// The port that was really taken.
  public int port() {
    return connector.getLocalPort();
  }

  /// Where programs of this machine reach the broker.
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port() + "/");
  }

  /// Takes no more requests, lets those that run finish for the stop time, and closes the port.
  @Override
  public void close() {
    try {
      server.stop();
    } catch (TimeoutException e) {
      LOG.warn(
          "Expected every request to end while the broker stops, but some did not; they were cut off");
    } catch (Exception e) {
      throw new IllegalStateException("Expected the HTTP server to stop, but it failed", e);
    }
  }
}
