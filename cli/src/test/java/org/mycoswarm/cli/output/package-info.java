@NullMarked
package org.mycoswarm.cli.output;

import org.jspecify.annotations.NullMarked;
