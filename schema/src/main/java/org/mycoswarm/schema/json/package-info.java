@NullMarked
package org.mycoswarm.schema.json;

import org.jspecify.annotations.NullMarked;
