/// How good a search is on a test collection. Whoever searches, an index or a broker, is asked by
/// the caller.
@org.jspecify.annotations.NullMarked
package org.mycoswarm.evaluation;
