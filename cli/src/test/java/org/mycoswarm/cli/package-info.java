@NullMarked
package org.mycoswarm.cli;

import org.jspecify.annotations.NullMarked;
