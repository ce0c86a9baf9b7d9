@NullMarked
package org.mycoswarm.cli.nearest;

import org.jspecify.annotations.NullMarked;
