/// Answers to conversations, whoever gives them: what a person or program waits for.
@NullMarked
package org.mycoswarm.broker.chat;

import org.jspecify.annotations.NullMarked;
