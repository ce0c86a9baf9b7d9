/// Reads what only large libraries can read: PDF, Office, OpenDocument, EPUB, mail. It runs as a
/// process of its own, so that a document that eats memory or time costs one document and never the
/// node.
@NullMarked
package org.mycoswarm.reader;

import org.jspecify.annotations.NullMarked;
