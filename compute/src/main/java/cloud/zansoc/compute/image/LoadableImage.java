package cloud.zansoc.compute.image;

import cloud.zansoc.base.Digest;
import cloud.zansoc.net.http.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;

/** The archive of an image as engines load it, made of its blobs while it is read. */
public final class LoadableImage {
  private static final int RECORD_BYTES = 512;

  private LoadableImage() {}

  /**
   * The archive, to be closed.
   *
   * @param layers their files, the lowest first
   * @param name by which the engine is to know it
   */
  public static InputStream open(byte[] configuration, List<Path> layers, String name)
      throws IOException {
    List<InputStream> parts = new ArrayList<>();
    try {
      String config = OciDigest.hex(Digest.sha256(configuration)) + ".json";
      add(parts, config, configuration);
      List<String> names = new ArrayList<>();
      for (int i = 0; i < layers.size(); i++) {
        names.add(i + "/layer.tar");
        parts.add(header(names.get(i), Files.size(layers.get(i))));
        parts.add(Files.newInputStream(layers.get(i)));
        parts.add(padding(Files.size(layers.get(i))));
      }
      Map<String, Object> image =
          Map.of("Config", config, "RepoTags", List.of(name), "Layers", names);
      add(parts, "manifest.json", Json.write(List.of(image)));
      parts.add(new ByteArrayInputStream(new byte[2 * RECORD_BYTES]));
      return new SequenceInputStream(Collections.enumeration(parts));
    } catch (IOException e) {
      for (InputStream part : parts) {
        part.close();
      }
      throw e;
    }
  }

  private static void add(List<InputStream> parts, String name, byte[] content) throws IOException {
    parts.add(header(name, content.length));
    parts.add(new ByteArrayInputStream(content));
    parts.add(padding(content.length));
  }

  private static InputStream header(String name, long bytes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes);
    entry.setModTime(0);
    byte[] header = new byte[RECORD_BYTES];
    // In star mode sizes have no limit.
    entry.writeEntryHeader(header, ZipEncodingHelper.getZipEncoding("UTF-8"), true);
    return new ByteArrayInputStream(header);
  }

  private static InputStream padding(long bytes) {
    int over = (int) (bytes % RECORD_BYTES);
    return new ByteArrayInputStream(new byte[over == 0 ? 0 : RECORD_BYTES - over]);
  }
}
