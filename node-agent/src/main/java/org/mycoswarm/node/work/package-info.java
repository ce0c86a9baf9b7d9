/// Pulling tasks, doing them, and saying how they ended.
@NullMarked
package org.mycoswarm.node.work;

import org.jspecify.annotations.NullMarked;
