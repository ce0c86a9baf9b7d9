@NullMarked
package org.mycoswarm.node.generate;

import org.jspecify.annotations.NullMarked;
