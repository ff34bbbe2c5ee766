package cloud.zansoc.host;

import cloud.zansoc.base.Digest;
import cloud.zansoc.compute.api.HostOffer;
import cloud.zansoc.net.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The offers that a host has signed, by their nonces: a file each, until nobody can take them any
 * more. For one thread at a time.
 */
final class OfferBook {
  /** How long an offer is kept after its end: clocks differ, and a hub may ask again late. */
  private static final Duration KEPT = Duration.ofDays(1);

  private static final String SUFFIX = ".json";

  private final Path folder;

  OfferBook(Path folder) {
    this.folder = folder;
  }

  Optional<HostOffer> find(Digest nonce) {
    try {
      return Optional.of(Json.read(Files.readAllBytes(file(nonce)), HostOffer.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the offers in " + folder, e);
    }
  }

  /** Keeps an offer durably, and forgets those that are over. */
  void keep(HostOffer offer, Instant now) {
    try {
      Files.createDirectories(folder);
      forget(now.minus(KEPT));
      AtomicFile.write(file(offer.nonce()), new String(Json.write(offer), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep an offer in " + folder, e);
    }
  }

  private void forget(Instant before) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
    for (Path file : files) {
      if (Json.read(Files.readAllBytes(file), HostOffer.class).expiry().isBefore(before)) {
        Files.delete(file);
      }
    }
  }

  private Path file(Digest nonce) {
    return folder.resolve(nonce + SUFFIX);
  }
}
