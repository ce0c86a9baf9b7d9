/// Other programs of this machine that generate text, and how they are asked.
@NullMarked
package org.mycoswarm.node.generate;

import org.jspecify.annotations.NullMarked;
