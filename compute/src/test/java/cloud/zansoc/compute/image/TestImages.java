package cloud.zansoc.compute.image;

import cloud.zansoc.base.Digest;
import cloud.zansoc.compute.engine.Tar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** Small images, as engines save them. */
public final class TestImages {
  private TestImages() {}

  /** A layer of one file, as an uncompressed archive. */
  public static byte[] layer(String file, String content) throws IOException {
    try (InputStream tar = Tar.of(Map.of(file, content))) {
      return tar.readAllBytes();
    }
  }

  /** The same bytes compressed. */
  public static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** The configuration of an image of these uncompressed layers. */
  public static byte[] configuration(List<byte[]> layers) {
    String ids =
        layers.stream()
            .map(layer -> "\"" + OciDigest.text(Digest.sha256(layer)) + "\"")
            .collect(Collectors.joining(","));
    return "{\"architecture\":\"%s\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"sleep\",\"infinity\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
        .formatted(ImageArchive.architecture(), ids)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** An archive as {@code docker save} writes it. */
  public static Path saved(Path folder, String name, byte[]... layers) throws IOException {
    return saved(folder, name, configuration(List.of(layers)), List.of(layers));
  }

  /** The same with any configuration. */
  static Path saved(Path folder, String name, byte[] configuration, List<byte[]> layers)
      throws IOException {
    List<Path> files = new ArrayList<>();
    for (byte[] layer : layers) {
      files.add(Files.write(Files.createTempFile(folder, "layer", ""), layer));
    }
    Path archive = Files.createTempFile(folder, "image", ".tar");
    try (InputStream in = LoadableImage.open(configuration, files, name)) {
      Files.write(archive, in.readAllBytes());
    }
    return archive;
  }
}
