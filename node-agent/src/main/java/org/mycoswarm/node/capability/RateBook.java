package org.mycoswarm.node.capability;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.mycoswarm.schema.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rates that were measured before, in a file, so that a restart is quick. Deleting the file has
/// everything measured anew. One thread at a time.
final class RateBook {
  private static final Logger LOG = LoggerFactory.getLogger(RateBook.class);

  private final Path file;

  RateBook(Path file) {
    this.file = file;
  }

  OptionalDouble rate(String key) {
    Double rate = read().get(key);
    return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
  }

  void write(String key, double rate) {
    Map<String, Double> rates = read();
    rates.put(key, rate);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path fresh = file.resolveSibling(file.getFileName() + ".writing");
      Files.write(fresh, Json.LENIENT.writerWithDefaultPrettyPrinter().writeValueAsBytes(rates));
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn(
          "Expected to keep measured rates, but: {}; they are measured again next time",
          e.toString());
    }
  }

  private Map<String, Double> read() {
    try {
      Map<String, Double> rates =
          Json.LENIENT.readValue(
              Files.readAllBytes(file), new TypeReference<TreeMap<String, Double>>() {});
      return rates == null ? new TreeMap<>() : rates;
    } catch (NoSuchFileException e) {
      return new TreeMap<>();
    } catch (IOException e) {
      LOG.warn("Expected measured rates in '{}', but: {}; measuring anew", file, e.getMessage());
      return new TreeMap<>();
    }
  }
}
