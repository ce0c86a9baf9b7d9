/// Vectors now: what a person or program waits for, computed by whatever node is free.
@NullMarked
package org.mycoswarm.broker.embedding;

import org.jspecify.annotations.NullMarked;
