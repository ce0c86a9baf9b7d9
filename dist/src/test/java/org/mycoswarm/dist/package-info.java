/// Tests of the whole: real processes, started from the folder that a person would run.
@NullMarked
package org.mycoswarm.dist;

import org.jspecify.annotations.NullMarked;
