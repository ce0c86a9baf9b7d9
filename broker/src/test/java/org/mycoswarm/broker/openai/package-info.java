@org.jspecify.annotations.NullMarked
package org.mycoswarm.broker.openai;
