package org.mycoswarm.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.crypt.Encryptor;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;

/// Real files, made by the libraries that make such files.
final class Made {
  private Made() {}

  /// A PDF with one line on each page; an empty line makes an empty page.
  static byte[] pdf(List<String> pages) throws IOException {
    try (PDDocument pdf = pages(pages)) {
      pdf.getDocumentInformation().setTitle("The made PDF");
      return saved(pdf);
    }
  }

  static byte[] lockedPdf() throws IOException {
    try (PDDocument pdf = pages(List.of("secret"))) {
      pdf.protect(new StandardProtectionPolicy("owner", "user", new AccessPermission()));
      return saved(pdf);
    }
  }

  private static PDDocument pages(List<String> pages) throws IOException {
    PDDocument pdf = new PDDocument();
    for (String line : pages) {
      PDPage page = new PDPage();
      pdf.addPage(page);
      try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
        content.beginText();
        content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
        content.newLineAtOffset(72, 700);
        content.showText(line);
        content.endText();
      }
    }
    return pdf;
  }

  private static byte[] saved(PDDocument pdf) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    pdf.save(out);
    return out.toByteArray();
  }

  static byte[] docx() throws IOException {
    try (XWPFDocument docx = new XWPFDocument()) {
      docx.createStyles();
      heading(docx, "Guide", "Heading1");
      docx.createParagraph().createRun().setText("Words of the guide.");
      heading(docx, "Install", "Heading2");
      docx.createParagraph().createRun().setText("Run make.");
      var table = docx.createTable(2, 2);
      table.getRow(0).getCell(0).setText("state");
      table.getRow(0).getCell(1).setText("means");
      table.getRow(1).getCell(0).setText("ready");
      table.getRow(1).getCell(1).setText("it waits");
      docx.getProperties().getCoreProperties().setTitle("The made Word");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      docx.write(out);
      return out.toByteArray();
    }
  }

  private static void heading(XWPFDocument docx, String text, String style) {
    var styles = docx.createStyles();
    if (!styles.styleExist(style)) {
      var named =
          org.openxmlformats.schemas.wordprocessingml.x2006.main.CTStyle.Factory.newInstance();
      named.setStyleId(style);
      named.addNewName().setVal("heading " + style.charAt(style.length() - 1));
      styles.addStyle(new org.apache.poi.xwpf.usermodel.XWPFStyle(named));
    }
    var paragraph = docx.createParagraph();
    paragraph.setStyle(style);
    paragraph.createRun().setText(text);
  }

  static byte[] lockedDocx() throws IOException, GeneralSecurityException, InvalidFormatException {
    try (POIFSFileSystem container = new POIFSFileSystem()) {
      Encryptor encryptor = new EncryptionInfo(EncryptionMode.agile).getEncryptor();
      encryptor.confirmPassword("secret");
      try (OPCPackage docx = OPCPackage.open(new ByteArrayInputStream(docx()));
          OutputStream out = encryptor.getDataStream(container)) {
        docx.save(out);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      container.writeFilesystem(out);
      return out.toByteArray();
    }
  }

  static byte[] xlsx() throws IOException {
    try (XSSFWorkbook book = new XSSFWorkbook()) {
      var row = book.createSheet("Spores").createRow(0);
      row.createCell(0).setCellValue("amanita");
      row.createCell(1).setCellValue(1234.5);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      book.write(out);
      return out.toByteArray();
    }
  }

  static byte[] pptx() throws IOException {
    try (XMLSlideShow show = new XMLSlideShow()) {
      show.createSlide().createTextBox().setText("First slide");
      show.createSlide().createTextBox().setText("Second slide");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      show.write(out);
      return out.toByteArray();
    }
  }

  /// @param entries in their order
  static byte[] zip(List<Map.Entry<String, String>> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> entry : entries) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(UTF_8));
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /// @param declaration in front of the content, such as a DOCTYPE
  static byte[] odt(String declaration, String words) throws IOException {
    return zip(
        List.of(
            Map.entry("mimetype", "application/vnd.oasis.opendocument.text"),
            Map.entry(
                "content.xml",
                """
                <?xml version="1.0" encoding="UTF-8"?>
                %s
                <office:document-content
                    xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
                    xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
                  <office:body><office:text>
                    <text:h text:outline-level="1">Guide</text:h>
                    <text:p>%s</text:p>
                  </office:text></office:body>
                </office:document-content>
                """
                    .formatted(declaration, words))));
  }

  static byte[] epub() throws IOException {
    return zip(
        List.of(
            Map.entry("mimetype", "application/epub+zip"),
            Map.entry(
                "META-INF/container.xml",
                """
                <container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
                  <rootfiles><rootfile full-path="book.opf"
                      media-type="application/oebps-package+xml"/></rootfiles>
                </container>
                """),
            Map.entry(
                "book.opf",
                """
                <package xmlns="http://www.idpf.org/2007/opf" version="3.0">
                  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
                    <dc:title>The made book</dc:title></metadata>
                  <manifest><item id="one" href="one.xhtml"
                      media-type="application/xhtml+xml"/></manifest>
                  <spine><itemref idref="one"/></spine>
                </package>
                """),
            Map.entry(
                "one.xhtml",
                """
                <html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head>
                <body><h1>Chapter one</h1><p>It was a quiet forest.</p></body></html>
                """)));
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /// A text document whose 300 MB are all the same.
  static byte[] bomb() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("mimetype"));
      zip.write("application/vnd.oasis.opendocument.text".getBytes(UTF_8));
      zip.putNextEntry(new ZipEntry("content.xml"));
      zip.write(
          ("<office:document-content"
                  + " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
                  + " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\">"
                  + "<office:body><office:text>")
              .getBytes(UTF_8));
      byte[] words = "<text:p>bomb bomb bomb bomb</text:p>".repeat(10_000).getBytes(UTF_8);
      for (int i = 0; i < 300_000_000 / words.length; i++) {
        zip.write(words);
      }
      zip.write("</office:text></office:body></office:document-content>".getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }
}
