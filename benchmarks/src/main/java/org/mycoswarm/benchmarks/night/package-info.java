/// What a night of indexing costs: a broker and nodes as people run them, on real folders.
@NullMarked
package org.mycoswarm.benchmarks.night;

import org.jspecify.annotations.NullMarked;
