package org.mycoswarm.reader;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.tika.config.TikaConfig;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.extractor.ParsingEmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.pdf.PDFParserConfig;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Document;
import org.mycoswarm.inference.Reading;
import org.mycoswarm.inference.Unreadable;

/// Reads with Apache Tika. Attachments and embedded files are not read: a document is one file.
final class TikaReader {
  /// Kinds that Tika has a parser for and that are no documents to us.
  private static final List<String> NO_DOCUMENTS =
      List.of("image/", "audio/", "video/", "application/zip", "application/octet-stream");

  private static final MediaType MAIL = MediaType.parse("message/rfc822");

  private final TikaConfig config = TikaConfig.getDefaultConfig();
  private final AutoDetectParser parser = new AutoDetectParser(config);

  Reading read(String name, Path file) throws IOException {
    Metadata metadata = new Metadata();
    metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name.substring(name.lastIndexOf('/') + 1));
    XhtmlText text = new XhtmlText();
    try (TikaInputStream in = TikaInputStream.get(file)) {
      MediaType type = config.getDetector().detect(in, metadata);
      if (!isRead(type)) {
        return Unreadable.unsupported(
            "Expected a document, but found a file of type '%s'".formatted(type));
      }
      parser.parse(in, text, metadata, context(type));
      if (type.getSubtype().equals("pdf") && PdfEnd.missing(file)) {
        return Unreadable.broken(
            "Expected a PDF up to its end mark, but it is cut off", "TruncatedDocument");
      }
      return document(text, metadata, type);
    } catch (Exception | StackOverflowError e) {
      return Failures.told(e);
    }
  }

  private boolean isRead(MediaType type) {
    String name = type.toString();
    return NO_DOCUMENTS.stream().noneMatch(name::startsWith)
        && parser.getParsers().containsKey(type.getBaseType());
  }

  private ParseContext context(MediaType type) {
    ParseContext context = new ParseContext();
    context.set(Parser.class, parser);
    boolean mail = type.getBaseType().equals(MAIL);
    context.set(EmbeddedDocumentExtractor.class, new Bodies(context, mail));
    PDFParserConfig pdf = new PDFParserConfig();
    pdf.setExtractBookmarksText(false);
    pdf.setOcrStrategy(PDFParserConfig.OCR_STRATEGY.NO_OCR);
    context.set(PDFParserConfig.class, pdf);
    return context;
  }

  private static Reading document(XhtmlText text, Metadata metadata, MediaType type) {
    String read = text.text();
    if (read.isBlank()) {
      return Unreadable.empty(
          "Expected some text, but it shows none; pictures of text are not read");
    }
    return new Document(
        read, type.getBaseType().toString(), null, title(metadata, text), text.pages());
  }

  private static @Nullable String title(Metadata metadata, XhtmlText text) {
    String told = metadata.get(TikaCoreProperties.TITLE);
    return told == null || told.isBlank() ? text.firstHeading() : told.strip();
  }

  /// What lies inside of a document is left alone, but for what a mail says.
  private static final class Bodies extends ParsingEmbeddedDocumentExtractor {
    private final boolean mail;

    Bodies(ParseContext context, boolean mail) {
      super(context);
      this.mail = mail;
    }

    @Override
    public boolean shouldParseEmbedded(Metadata metadata) {
      String type = String.valueOf(metadata.get(Metadata.CONTENT_TYPE));
      boolean attached = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY) != null;
      return mail && !attached && type.startsWith("text/");
    }
  }
}
