package org.mycoswarm.reader;

import org.xml.sax.SAXException;

/// A document has more text than is taken.
final class TooMuchText extends SAXException {
  private static final long serialVersionUID = 1;

  TooMuchText(int most) {
    super("it has more than %,d characters of text".formatted(most));
  }
}
