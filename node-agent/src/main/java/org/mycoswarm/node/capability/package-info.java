/// What this machine can do, found out by looking and by trying.
@NullMarked
package org.mycoswarm.node.capability;

import org.jspecify.annotations.NullMarked;
