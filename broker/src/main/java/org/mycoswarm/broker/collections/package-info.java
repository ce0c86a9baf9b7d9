/// Keeps collections equal to their folders: finds what changed, has it chunked and embedded by the
/// nodes, puts it into the index, reports.
@NullMarked
package org.mycoswarm.broker.collections;

import org.jspecify.annotations.NullMarked;
