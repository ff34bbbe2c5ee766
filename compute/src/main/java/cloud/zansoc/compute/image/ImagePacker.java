package cloud.zansoc.compute.image;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.net.http.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * Takes the archive of an image apart: one that {@code docker save} or {@code podman save} wrote,
 * or an OCI image layout. Layers that are not compressed are, always in the same way, so that an
 * equal layer has an equal digest; all else stays as it is.
 */
public final class ImagePacker {
  private static final String DOCKER_INDEX = "manifest.json";
  private static final String OCI_INDEX = "index.json";
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path folder;
  private final Consumer<String> progress;

  /**
   * A packer.
   *
   * @param folder where the blobs are put, named by their digests; made if it is not there
   * @param progress told about each step, for people
   */
  public ImagePacker(Path folder, Consumer<String> progress) {
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Packs an image.
   *
   * @param name which one, where the archive has several
   * @throws ZansocException INVALID_ARGUMENT, DAMAGED, UNSUPPORTED
   */
  public PackedImage pack(Path archive, Optional<String> name) {
    try {
      Files.createDirectories(folder);
      try (ArchiveFile files = new ArchiveFile(archive)) {
        if (files.has(DOCKER_INDEX)) {
          return ofDocker(files, archive, name);
        }
        if (files.has(OCI_INDEX)) {
          return ofOci(files, archive, name);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("packing the image in " + archive, e);
    }
    throw new ZansocException(
        ErrorCode.INVALID_ARGUMENT,
        "%s holds no image: it has neither manifest.json ('docker save') nor index.json (OCI layout)"
            .formatted(archive));
  }

  private PackedImage ofDocker(ArchiveFile files, Path archive, Optional<String> name)
      throws IOException {
    Map<?, ?> image = chosen(Json.readList(files.bytes(DOCKER_INDEX), Map.class), archive, name);
    if (!(image.get("Config") instanceof String config)
        || !(image.get("Layers") instanceof List<?> layers)) {
      throw damaged(archive, "its manifest.json names no configuration or layers");
    }
    byte[] configuration = files.bytes(config);
    Map<Digest, PackedImage.Part> parts = new LinkedHashMap<>();
    OciManifest.Blob configBlob =
        new OciManifest.Blob(
            OciManifest.CONFIG_TYPE, Digest.sha256(configuration), configuration.length);
    put(parts, part(configuration));
    List<OciManifest.Blob> blobs = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      progress.accept("packing layer %d of %d".formatted(i + 1, layers.size()));
      PackedImage.Part part = packed(files, String.valueOf(layers.get(i)));
      put(parts, part);
      blobs.add(new OciManifest.Blob(OciManifest.GZIP_TYPE, part.digest(), part.bytes()));
    }
    Optional<String> called =
        image.get("RepoTags") instanceof List<?> tags && tags.size() == 1
            ? Optional.of(String.valueOf(tags.getFirst()))
            : name;
    return checked(called, new OciManifest(configBlob, blobs).encode(), parts, configuration);
  }

  private static Map<?, ?> chosen(
      @SuppressWarnings("rawtypes") List<Map> images, Path archive, Optional<String> name) {
    List<String> names = new ArrayList<>();
    for (Map<?, ?> image : images) {
      List<?> tags = image.get("RepoTags") instanceof List<?> list ? list : List.of();
      if (images.size() == 1 || name.filter(tags::contains).isPresent()) {
        return image;
      }
      tags.forEach(tag -> names.add(String.valueOf(tag)));
    }
    throw new ZansocException(
        ErrorCode.INVALID_ARGUMENT,
        "%s holds %d images: name one of %s with --source-name"
            .formatted(archive, images.size(), names));
  }

  private PackedImage ofOci(ArchiveFile files, Path archive, Optional<String> name)
      throws IOException {
    byte[] manifest = manifest(files, files.bytes(OCI_INDEX), archive, name);
    OciManifest oci = OciManifest.parse(manifest);
    byte[] configuration = files.bytes(blob(oci.config().digest()));
    Map<Digest, PackedImage.Part> parts = new LinkedHashMap<>();
    put(parts, part(configuration));
    for (int i = 0; i < oci.layers().size(); i++) {
      progress.accept("packing layer %d of %d".formatted(i + 1, oci.layers().size()));
      try (InputStream in = files.open(blob(oci.layers().get(i).digest()))) {
        put(parts, write(in, false));
      }
    }
    return checked(name, manifest, parts, configuration);
  }

  /** An index may name other indexes: then the machine's kind of processor decides. */
  private static byte[] manifest(
      ArchiveFile files, byte[] index, Path archive, Optional<String> name) throws IOException {
    List<Digest> found = new ArrayList<>();
    List<String> kinds = new ArrayList<>();
    if (Json.read(index, Map.class).get("manifests") instanceof List<?> manifests) {
      for (Object each : manifests) {
        if (each instanceof Map<?, ?> one && one.get("digest") instanceof String digest) {
          kinds.add(kind(one));
          if (manifests.size() == 1 || isWanted(one, name)) {
            found.add(OciDigest.parse(digest));
          }
        }
      }
    }
    if (found.size() != 1) {
      throw new ZansocException(
          ErrorCode.INVALID_ARGUMENT,
          "%s holds %d images (%s), and %d of them are for this machine: save one alone"
              .formatted(archive, kinds.size(), String.join(", ", kinds), found.size()));
    }
    byte[] named = files.bytes(blob(found.getFirst()));
    if (!Digest.sha256(named).equals(found.getFirst())) {
      throw damaged(archive, "a manifest in it has another digest");
    }
    return Json.read(named, Map.class).containsKey("manifests")
        ? manifest(files, named, archive, name)
        : named;
  }

  private static boolean isWanted(Map<?, ?> manifest, Optional<String> name) {
    if (name.isPresent() && manifest.get("annotations") instanceof Map<?, ?> annotations) {
      return name.get().equals(annotations.get("org.opencontainers.image.ref.name"))
          || name.get().equals(annotations.get("io.containerd.image.name"));
    }
    return kind(manifest).equals("linux/" + ImageArchive.architecture());
  }

  private static String kind(Map<?, ?> manifest) {
    return manifest.get("platform") instanceof Map<?, ?> platform
        ? platform.get("os") + "/" + platform.get("architecture")
        : "of no stated kind";
  }

  private static String blob(Digest digest) {
    return "blobs/sha256/" + OciDigest.hex(digest);
  }

  private static PackedImage checked(
      Optional<String> name,
      byte[] manifest,
      Map<Digest, PackedImage.Part> parts,
      byte[] configuration)
      throws IOException {
    OciManifest oci = OciManifest.parse(manifest);
    List<Digest> contents = oci.contents(configuration);
    for (int i = 0; i < contents.size(); i++) {
      OciManifest.Blob layer = oci.layers().get(i);
      PackedImage.Part part = parts.get(layer.digest());
      if (part == null) {
        throw new ZansocException(
            ErrorCode.DAMAGED,
            "layer %s of the archive has another digest than its manifest says: save the image again"
                .formatted(OciDigest.text(layer.digest())));
      }
      long bytes = LayerFile.verify(part.file(), layer, contents.get(i), Long.MAX_VALUE);
      assert bytes >= 0;
    }
    return new PackedImage(name, manifest, List.copyOf(parts.values()));
  }

  private static void put(Map<Digest, PackedImage.Part> parts, PackedImage.Part part) {
    parts.put(part.digest(), part);
  }

  private PackedImage.Part part(byte[] content) throws IOException {
    Digest digest = Digest.sha256(content);
    Path file = folder.resolve(OciDigest.hex(digest));
    Files.write(file, content);
    return new PackedImage.Part(digest, file, content.length);
  }

  private PackedImage.Part packed(ArchiveFile files, String layer) throws IOException {
    try (BufferedInputStream in = new BufferedInputStream(files.open(layer), BUFFER_BYTES)) {
      in.mark(2);
      byte[] first = in.readNBytes(2);
      in.reset();
      return write(in, !LayerFile.isGzip(first));
    }
  }

  /** A file that is there already stays as it is, so that an upload of it goes on. */
  private PackedImage.Part write(InputStream in, boolean compress) throws IOException {
    Path fresh = Files.createTempFile(folder, "packing", "");
    try {
      MessageDigest sha256 = Digest.newSha256();
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(fresh), sha256)) {
        if (compress) {
          try (GZIPOutputStream gzip = new GZIPOutputStream(out, BUFFER_BYTES)) {
            in.transferTo(gzip);
          }
        } else {
          in.transferTo(out);
        }
      }
      Digest digest = Digest.of(sha256.digest());
      Path file = folder.resolve(OciDigest.hex(digest));
      long bytes = Files.size(fresh);
      if (!Files.exists(file) || Files.size(file) != bytes) {
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
      return new PackedImage.Part(digest, file, bytes);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static ZansocException damaged(Path archive, String why) {
    return new ZansocException(
        ErrorCode.DAMAGED, "%s is damaged: %s; save the image again".formatted(archive, why));
  }
}
