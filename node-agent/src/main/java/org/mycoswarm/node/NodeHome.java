package org.mycoswarm.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.mycoswarm.node.client.Token;
import org.mycoswarm.node.discovery.JoinText;

/// The folder in which a node keeps what it must remember. One node at a time uses it.
///
/// @param folder made when it is not there
public record NodeHome(Path folder) {
  private static final String ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LENGTH = 12;

  /// Who this node is, for as long as it keeps its home.
  public String nodeId() throws IOException {
    Path file = folder.resolve("node-id");
    Optional<String> known = read(file);
    if (known.isPresent()) {
      return checked(file, known.get());
    }
    String fresh = randomId();
    write(file, fresh, false);
    return fresh;
  }

  /// What was given by an earlier start, or put there by a person.
  public Optional<JoinText> join() throws IOException {
    return read(folder.resolve("join")).map(JoinText::parse);
  }

  /// Readable by its owner only, because the token is in it.
  public void keepJoin(JoinText join) throws IOException {
    write(folder.resolve("join"), join.secretText(), true);
  }

  /// What a broker with this home keeps here when it serves a network.
  public Optional<Token> token() throws IOException {
    return read(folder.resolve("token")).map(Token::new);
  }

  /// Where a broker with this home says where it is.
  public Path runFile() {
    return folder.resolve("run").resolve("broker.json");
  }

  /// Measured rates, so that a restart need not measure again.
  public Path rates() {
    return folder.resolve("rates.json");
  }

  /// Parts of models that this node was a stage of. May be deleted while the node is stopped.
  public Path weights() {
    return folder.resolve("weights");
  }

  /// The library that computes, unpacked. May be deleted while the node is stopped.
  public Path natives() {
    return folder.resolve("natives");
  }

  /// Tokenizers of encoders that this node was the first stage of. May be deleted while the node is
  /// stopped.
  public Path lent() {
    return folder.resolve("lent");
  }

  /// What a person says against the probes, unless another file is given.
  public Path capabilities() {
    return folder.resolve("capabilities.json");
  }

  private static String checked(Path file, String id) {
    if (!id.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "Expected a node id of 1 to 64 of A-Za-z0-9._- in '%s', but it is '%s'; delete the file to get a new one"
              .formatted(file, id));
    }
    return id;
  }

  private static String randomId() {
    SecureRandom random = new SecureRandom();
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
    }
    return id.toString();
  }

  private static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file, UTF_8).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void write(Path file, String text, boolean secret) throws IOException {
    Files.createDirectories(folder);
    Path fresh = Files.createTempFile(folder, ".writing", "");
    // A temporary file is its owner's alone; only what is no secret is opened to others.
    if (!secret && Files.getFileStore(fresh).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
    }
    Files.writeString(fresh, text + "\n", UTF_8);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
