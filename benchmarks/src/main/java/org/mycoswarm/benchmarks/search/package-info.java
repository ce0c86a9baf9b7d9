/// How fast a collection is searched, and what the graph of neighbours misses.
@NullMarked
package org.mycoswarm.benchmarks.search;

import org.jspecify.annotations.NullMarked;
