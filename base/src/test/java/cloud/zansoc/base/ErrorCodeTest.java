package cloud.zansoc.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ErrorCodeTest {
  @Test
  void numbers_ofAllCodes_areUniqueAndFoundAgain() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::number)).doesNotHaveDuplicates();
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(ErrorCode.ofNumber(code.number())).isEqualTo(code);
      assertThat(code.httpStatus()).isBetween(400, 599);
      assertThat(code.exitCode()).isBetween(1, 10);
    }
  }

  @Test
  void ofNumber_ofANewerPeersCode_isInternal() {
    assertThat(ErrorCode.ofNumber(123456)).isEqualTo(ErrorCode.INTERNAL);
  }
}
