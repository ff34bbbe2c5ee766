package cloud.zansoc.storage.client;

import java.nio.file.Path;

/** An object and the file that it is to become. */
public record FileToWrite(ObjectAddress address, Path file) {}
