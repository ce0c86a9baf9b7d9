package org.mycoswarm.node.discovery;

import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.client.Token;

/// What a node knows of the broker that it wants.
///
/// @param broker the only id that will do, or null when any broker that knows the token will
/// @param token null when there is none: the broker must ask for none then
public record Credentials(@Nullable String broker, @Nullable Token token) {
  public static final Credentials NONE = new Credentials(null, null);

  public static Credentials of(JoinText join) {
    return new Credentials(join.broker(), join.token());
  }
}
