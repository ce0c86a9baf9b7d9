package org.mycoswarm.schema.wire;

/// Answer to `GET /api/v1/identity?nonce=HEX`, the one call that needs no token.
///
/// @param proof HMAC-SHA-256, keyed with the token, over `mycoswarm identity`, the broker's id and
///     the nonce, joined by line feeds; in hexadecimal. Only a broker that knows the token can make
///     it, so a node sends its token to nobody else. Empty when the broker has no token
public record BrokerIdentity(String broker, String proof) {}
