import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipOutputStream;

/**
 * Makes the libraries of a distribution fit for the JDK's AOT cache, which takes no class from a
 * signed jar and none older than Java 6 (picocli is compiled for Java 5): signatures are left out,
 * and old classes get stack maps and the version that goes with them. The public suffix list of the
 * Docker client's HTTP library, which is for cookies, is left out too: an agent would hold some
 * megabytes of it for nothing. Everything else stays as it is, byte for byte.
 *
 * <p>{@code java build/PrepareJars.java FOLDER}
 */
final class PrepareJars {
  /** The first version whose classes must bring their stack maps. */
  private static final int WITH_STACK_MAPS = ClassFile.JAVA_7_VERSION;

  private static final String PUBLIC_SUFFIXES = "org/publicsuffix/list/effective_tld_names.dat";

  public static void main(String[] arguments) throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    try (URLClassLoader libraries = new URLClassLoader(urls)) {
      ClassFile classFile =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(libraries).cached()));
      for (Path jar : jars) {
        if (needsChange(jar)) {
          rewrite(jar, classFile);
        }
      }
    }
  }

  private static boolean needsChange(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile(), false)) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        if (isLeftOut(entry.getName()) || isOldClass(entry, bytes(jar, entry))) {
          return true;
        }
      }
    }
    return false;
  }

  private static void rewrite(Path path, ClassFile classFile) throws IOException {
    Path copy = path.resolveSibling(path.getFileName() + ".prepared");
    try (JarFile jar = new JarFile(path.toFile(), false);
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(copy))) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        if (isLeftOut(entry.getName())) {
          continue;
        }
        byte[] bytes = contentOf(jar, entry);
        JarEntry written = new JarEntry(entry.getName());
        written.setTimeLocal(entry.getTimeLocal());
        out.putNextEntry(written);
        out.write(isOldClass(entry, bytes) ? withStackMaps(classFile, bytes) : bytes);
      }
    }
    Files.move(copy, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Every method body is written anew, element by element: only then are stack maps made. */
  private static byte[] withStackMaps(ClassFile classFile, byte[] bytes) {
    return classFile.transformClass(
        classFile.parse(bytes),
        ClassTransform.dropping(element -> element instanceof ClassFileVersion)
            .andThen(ClassTransform.transformingMethodBodies((code, element) -> code.with(element)))
            .andThen(
                ClassTransform.endHandler(
                    builder -> builder.withVersion(WITH_STACK_MAPS, 0))));
  }

  private static boolean isOldClass(JarEntry entry, byte[] bytes) {
    return entry.getName().endsWith(".class")
        && ((bytes[6] & 0xff) << 8 | bytes[7] & 0xff) < WITH_STACK_MAPS;
  }

  private static boolean isLeftOut(String name) {
    return isSignature(name) || name.equals(PUBLIC_SUFFIXES);
  }

  private static boolean isSignature(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return upper.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  }

  /** Of the manifest only the main part: the rest are the digests that the signatures sign. */
  private static byte[] contentOf(JarFile jar, JarEntry entry) throws IOException {
    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
      return bytes(jar, entry);
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putAll(jar.getManifest().getMainAttributes());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.write(out);
    return out.toByteArray();
  }

  private static byte[] bytes(JarFile jar, JarEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }
}
