package org.mycoswarm.node;

import java.lang.reflect.Proxy;
import java.util.List;

/// Hears SIGTERM and SIGINT before the JVM's own shutdown begins.
///
/// By reflection, because the compiler warns of `sun.misc.Signal` in a way that nothing silences,
/// and our build takes warnings for errors. There is no other way to come before the shutdown
/// hooks.
final class StopSignals {
  private StopSignals() {}

  static void handle(Runnable stop) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object stopper =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  stop.run();
                }
                return null;
              });
      for (String name : List.of("TERM", "INT")) {
        Object one = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handler).invoke(null, one, stopper);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Expected sun.misc.Signal of the module jdk.unsupported", e);
    }
  }
}
