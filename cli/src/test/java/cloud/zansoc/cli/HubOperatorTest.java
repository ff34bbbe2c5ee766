package cloud.zansoc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.hub.Hub;
import cloud.zansoc.net.HostAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubOperatorTest {
  private static final HostAddress HUB = HostAddress.parse("localhost:7443");

  @TempDir Path folder;

  @Test
  void of_folderWithoutAHub_isNotFound() {
    assertThatThrownBy(() -> HubOperator.of(folder, HUB))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  void of_keysThatCannotBeRead_saysWhoCan() throws IOException {
    // A link to itself: there, and to be read by nobody, not even root.
    Path operator = folder.resolve(Hub.OPERATOR_IDENTITY);
    Files.createSymbolicLink(operator, operator);
    Files.createFile(folder.resolve(Hub.IDENTITY));

    assertThatThrownBy(() -> HubOperator.of(folder, HUB))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN))
        .hasMessageContaining("sudo");
  }
}
