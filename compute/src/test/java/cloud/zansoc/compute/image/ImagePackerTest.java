package cloud.zansoc.compute.image;

import static cloud.zansoc.compute.image.TestImages.gzip;
import static cloud.zansoc.compute.image.TestImages.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.Digest;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.engine.Tar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImagePackerTest {
  @TempDir Path folder;
  private Path packed;
  private byte[] base;
  private byte[] upper;

  @BeforeEach
  void prepare() throws IOException {
    packed = folder.resolve("packed");
    base = layer("etc/os-release", "ID=test\n");
    upper = layer("srv/index.html", "hello\n");
  }

  private PackedImage pack(Path archive) {
    return new ImagePacker(packed, line -> {}).pack(archive, Optional.empty());
  }

  @Test
  void pack_savedImage_compressesItsLayersAlwaysInTheSameWay() throws IOException {
    PackedImage image = pack(TestImages.saved(folder, "test/web:1", base, upper));
    assertThat(image.name()).contains("test/web:1");
    OciManifest manifest = OciManifest.parse(image.manifest());
    assertThat(manifest.layers())
        .extracting(OciManifest.Blob::mediaType)
        .containsOnly(OciManifest.GZIP_TYPE);
    assertThat(image.blobs()).hasSize(3);
    for (PackedImage.Part blob : image.blobs()) {
      byte[] bytes = Files.readAllBytes(blob.file());
      assertThat(Digest.sha256(bytes)).isEqualTo(blob.digest());
      assertThat(bytes).hasSize((int) blob.bytes());
      assertThat(blob.file()).hasFileName(OciDigest.hex(blob.digest()));
    }
    assertThat(pack(TestImages.saved(folder, "test/other:1", base, upper)).digest())
        .isEqualTo(image.digest());
    OciManifest lower =
        OciManifest.parse(pack(TestImages.saved(folder, "test/web:2", base)).manifest());
    assertThat(lower.layers().getFirst()).isEqualTo(manifest.layers().getFirst());
  }

  @Test
  void pack_layersThatAreCompressed_staysAsTheyAre() throws IOException {
    byte[] compressed = gzip(base);
    PackedImage image =
        pack(
            TestImages.saved(
                folder,
                "test/web:1",
                TestImages.configuration(List.of(base)),
                List.of(compressed)));
    assertThat(OciManifest.parse(image.manifest()).layers().getFirst().digest())
        .isEqualTo(Digest.sha256(compressed));
  }

  @Test
  void pack_layerThatIsNotOfItsConfiguration_isDamaged() throws IOException {
    Path archive =
        TestImages.saved(
            folder, "test/web:1", TestImages.configuration(List.of(base)), List.of(upper));
    refuses(ErrorCode.DAMAGED, "does not unpack to", () -> pack(archive));
  }

  @Test
  void pack_archiveThatIsCutShort_isRefused() throws IOException {
    Path archive = TestImages.saved(folder, "test/web:1", base, upper);
    byte[] bytes = Files.readAllBytes(archive);
    Path cut = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(bytes, bytes.length / 2 + 100));
    refuses(ErrorCode.INVALID_ARGUMENT, "cut.tar", () -> pack(cut));
    Path text = Files.writeString(folder.resolve("text.tar"), "no archive at all");
    refuses(ErrorCode.INVALID_ARGUMENT, "text.tar", () -> pack(text));
    Path other = write("other.tar", Map.of("readme", "nothing"));
    refuses(ErrorCode.INVALID_ARGUMENT, "neither manifest.json", () -> pack(other));
  }

  @Test
  void pack_ociLayout_keepsManifestAndDigest() throws IOException {
    Map<String, byte[]> blobs = new TreeMap<>();
    byte[] compressed = gzip(base);
    byte[] configuration = TestImages.configuration(List.of(base));
    byte[] manifest = manifest(configuration, OciManifest.GZIP_TYPE, compressed);
    List.of(compressed, configuration, manifest)
        .forEach(blob -> blobs.put("blobs/sha256/" + OciDigest.hex(Digest.sha256(blob)), blob));
    blobs.put("index.json", index(manifest, ""));
    PackedImage image = pack(writeBytes("oci.tar", blobs));
    assertThat(image.digest()).isEqualTo(Digest.sha256(manifest));
    assertThat(image.blobs()).hasSize(2);

    byte[] inner =
        ("{\"manifests\":["
                + entry(manifest, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"s390x\"}")
                + ","
                + entry(
                    manifest,
                    ",\"platform\":{\"os\":\"linux\",\"architecture\":\""
                        + ImageArchive.architecture()
                        + "\"}")
                + "]}")
            .getBytes(StandardCharsets.UTF_8);
    blobs.put("index.json", inner);
    assertThat(pack(writeBytes("several.tar", blobs)).digest()).isEqualTo(image.digest());
  }

  @Test
  void pack_layersThatEnginesCannotLoad_unsupported() throws IOException {
    byte[] configuration = TestImages.configuration(List.of(base));
    String zstd = "application/vnd.oci.image.layer.v1.tar+zstd";
    byte[] manifest = manifest(configuration, zstd, base);
    Map<String, byte[]> blobs = new TreeMap<>();
    blobs.put("blobs/sha256/" + OciDigest.hex(Digest.sha256(manifest)), manifest);
    blobs.put("index.json", index(manifest, ""));
    refuses(ErrorCode.UNSUPPORTED, zstd, () -> pack(writeBytes("zstd.tar", blobs)));
  }

  private static byte[] manifest(byte[] configuration, String type, byte[] layer) {
    return "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d},\"layers\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"annotations\":{\"kept\":\"as it is\"}}]}"
        .formatted(
            OciManifest.CONFIG_TYPE,
            OciDigest.text(Digest.sha256(configuration)),
            configuration.length,
            type,
            OciDigest.text(Digest.sha256(layer)),
            layer.length)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] index(byte[] manifest, String more) {
    return ("{\"manifests\":[" + entry(manifest, more) + "]}").getBytes(StandardCharsets.UTF_8);
  }

  private static String entry(byte[] manifest, String more) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
        .formatted(
            OciManifest.MANIFEST_TYPE,
            OciDigest.text(Digest.sha256(manifest)),
            manifest.length,
            more);
  }

  private Path write(String name, Map<String, String> files) throws IOException {
    try (InputStream tar = Tar.of(files)) {
      return Files.write(folder.resolve(name), tar.readAllBytes());
    }
  }

  private Path writeBytes(String name, Map<String, byte[]> files) throws IOException {
    try (InputStream tar = Tar.ofBytes(files)) {
      return Files.write(folder.resolve(name), tar.readAllBytes());
    }
  }

  private static void refuses(ErrorCode code, String words, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(ZansocException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }
}
