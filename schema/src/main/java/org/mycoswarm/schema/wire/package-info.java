@NullMarked
package org.mycoswarm.schema.wire;

import org.jspecify.annotations.NullMarked;
