/// The calls that a node makes to its broker.
@NullMarked
package org.mycoswarm.node.client;

import org.jspecify.annotations.NullMarked;
