@NullMarked
package org.mycoswarm.cli.process;

import org.jspecify.annotations.NullMarked;
