/// Embedding as one does it at first, to compare with.
@NullMarked
package org.mycoswarm.benchmarks.embedding;

import org.jspecify.annotations.NullMarked;
