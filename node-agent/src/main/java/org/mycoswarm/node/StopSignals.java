package org.mycoswarm.node;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/// Hears SIGTERM, SIGINT and SIGHUP, that a closed terminal sends, before the JVM's own shutdown
/// begins.
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
        signal.getMethod("handle", signal, handler).invoke(null, named(signal, name), stopper);
      }
      if (hasHangup(signal)) {
        // The JVM leaves one that is ignored as it is, so that `nohup` still means what it says.
        signal.getMethod("handle", signal, handler).invoke(null, named(signal, "HUP"), stopper);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Expected sun.misc.Signal of the module jdk.unsupported", e);
    }
  }

  private static Object named(Class<?> signal, String name) throws ReflectiveOperationException {
    return signal.getConstructor(String.class).newInstance(name);
  }

  /// Windows has no such signal.
  private static boolean hasHangup(Class<?> signal) throws ReflectiveOperationException {
    try {
      named(signal, "HUP");
      return true;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        return false;
      }
      throw e;
    }
  }
}
