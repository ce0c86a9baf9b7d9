/// How a node finds its broker, and how it makes sure that it is the right one.
@NullMarked
package org.mycoswarm.node.discovery;

import org.jspecify.annotations.NullMarked;
