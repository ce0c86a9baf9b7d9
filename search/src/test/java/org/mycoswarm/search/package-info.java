@NullMarked
package org.mycoswarm.search;

import org.jspecify.annotations.NullMarked;
