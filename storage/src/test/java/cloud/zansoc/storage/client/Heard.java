package cloud.zansoc.storage.client;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Remembers what it heard. */
class Heard implements BatchListener {
  final List<Path> done = Collections.synchronizedList(new ArrayList<>());
  final List<ErrorCode> failed = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void moved(long bytes) {}

  @Override
  public void done(Path file, ObjectAddress address) {
    done.add(file);
  }

  @Override
  public void failed(Path file, ObjectAddress address, ZansocException failure) {
    failed.add(failure.code());
  }
}
