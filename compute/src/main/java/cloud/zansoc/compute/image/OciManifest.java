package cloud.zansoc.compute.image;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An OCI image manifest, version 2: the configuration and the layers of one image, by digest.
 *
 * @param layers the lowest first
 */
public record OciManifest(Blob config, List<Blob> layers) {
  /** The most layers that engines stack. */
  public static final int MOST_LAYERS = 127;

  /** The longest configuration, in bytes. */
  public static final long MOST_CONFIG_BYTES = 1 << 20;

  static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  static final String GZIP_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final String TAR_TYPE = "application/vnd.oci.image.layer.v1.tar";
  private static final Set<String> LAYER_TYPES =
      Set.of(
          TAR_TYPE,
          GZIP_TYPE,
          "application/vnd.docker.image.rootfs.diff.tar",
          "application/vnd.docker.image.rootfs.diff.tar.gzip");

  public OciManifest {
    layers = List.copyOf(layers);
    if (layers.isEmpty() || layers.size() > MOST_LAYERS) {
      throw refused("it has %d layers, and 1 to %d are run".formatted(layers.size(), MOST_LAYERS));
    }
    if (config.size() > MOST_CONFIG_BYTES) {
      throw refused("its configuration has %d bytes".formatted(config.size()));
    }
  }

  /** A thing that a manifest names. */
  public record Blob(String mediaType, Digest digest, long size) {
    public Blob {
      if (size < 0) {
        throw refused("a blob of it has a negative size");
      }
    }
  }

  private record Descriptor(String mediaType, String digest, long size) {
    Blob blob() {
      return new Blob(mediaType, OciDigest.parse(digest), size);
    }
  }

  private record Text(int schemaVersion, Descriptor config, List<Descriptor> layers) {}

  /**
   * Reads a manifest.
   *
   * @throws ZansocException INVALID_ARGUMENT; UNSUPPORTED for layers that engines cannot load
   */
  public static OciManifest parse(byte[] json) {
    Text text = Json.read(json, Text.class);
    List<Blob> layers = new ArrayList<>();
    for (Descriptor layer : text.layers) {
      if (!LAYER_TYPES.contains(layer.mediaType)) {
        throw new ZansocException(
            ErrorCode.UNSUPPORTED,
            "a layer of the image is %s: only tar and gzip are run here; 'docker save' writes them"
                .formatted(layer.mediaType));
      }
      layers.add(layer.blob());
    }
    return new OciManifest(text.config.blob(), layers);
  }

  /** The bytes of this manifest, where there are none yet. */
  byte[] encode() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("schemaVersion", 2);
    fields.put("mediaType", MANIFEST_TYPE);
    fields.put("config", descriptor(config));
    fields.put("layers", layers.stream().map(OciManifest::descriptor).toList());
    return Json.write(fields);
  }

  private static Map<String, Object> descriptor(Blob blob) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("mediaType", blob.mediaType);
    fields.put("digest", OciDigest.text(blob.digest));
    fields.put("size", blob.size);
    return fields;
  }

  /** What all its blobs take, in bytes. */
  public long bytes() {
    return config.size + layers.stream().mapToLong(Blob::size).sum();
  }

  /** The digests of the layers' uncompressed archives, which the configuration names. */
  public List<Digest> contents(byte[] configuration) {
    List<Digest> contents = new ArrayList<>();
    if (Json.read(configuration, Map.class).get("rootfs") instanceof Map<?, ?> files
        && files.get("diff_ids") instanceof List<?> ids) {
      ids.forEach(id -> contents.add(OciDigest.parse(String.valueOf(id))));
    }
    if (contents.size() != layers.size()) {
      throw refused(
          "its configuration names %d layers, and the manifest %d"
              .formatted(contents.size(), layers.size()));
    }
    return contents;
  }

  private static ZansocException refused(String why) {
    return new ZansocException(ErrorCode.INVALID_ARGUMENT, "this image is not right: " + why);
  }
}
