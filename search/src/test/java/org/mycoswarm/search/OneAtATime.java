package org.mycoswarm.search;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// Hands out one connection at a time: PGlite is one PostgreSQL session, and what two clients have
/// under way gets mixed up there.
final class OneAtATime {
  private OneAtATime() {}

  static DataSource over(PGSimpleDataSource source) {
    Semaphore turn = new Semaphore(1, true);
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          if (!method.getName().equals("getConnection")) {
            return method.invoke(source, arguments);
          }
          turn.acquire();
          return connection(source, turn);
        });
  }

  private static Connection connection(PGSimpleDataSource source, Semaphore turn)
      throws SQLException {
    Connection connection;
    try {
      connection = source.getConnection();
    } catch (SQLException e) {
      turn.release();
      throw e;
    }
    return proxy(
        Connection.class,
        (method, arguments) -> {
          boolean closing = method.getName().equals("close") && !connection.isClosed();
          try {
            return method.invoke(connection, arguments);
          } finally {
            if (closing) {
              turn.release();
            }
          }
        });
  }

  private interface Call {
    Object to(Method method, Object[] arguments) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return call.to(method, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
