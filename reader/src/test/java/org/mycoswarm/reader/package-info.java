@NullMarked
package org.mycoswarm.reader;

import org.jspecify.annotations.NullMarked;
