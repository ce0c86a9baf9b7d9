@NullMarked
package org.mycoswarm.inference;

import org.jspecify.annotations.NullMarked;
