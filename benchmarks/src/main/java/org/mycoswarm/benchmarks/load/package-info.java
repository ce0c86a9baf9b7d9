/// What is measured and how, the same for our broker and for every peer.
@NullMarked
package org.mycoswarm.benchmarks.load;

import org.jspecify.annotations.NullMarked;
