/// A node: it finds its broker, says what it can do, and pulls work.
@NullMarked
package org.mycoswarm.node;

import org.jspecify.annotations.NullMarked;
