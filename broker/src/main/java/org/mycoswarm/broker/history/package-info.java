/// What was: tables of moments that have passed, the log as lines for others, and the log read
/// while no broker runs.
@org.jspecify.annotations.NullMarked
package org.mycoswarm.broker.history;
