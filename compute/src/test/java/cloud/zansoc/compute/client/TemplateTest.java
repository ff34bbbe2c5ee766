package cloud.zansoc.compute.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.compute.api.DeploymentSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class TemplateTest {
  private static final SecretSource SECRETS =
      new SecretSource(Map.of("POSTGRES_PASSWORD", "p", "JUPYTER_TOKEN", "t"), Path.of(""));

  @ParameterizedTest
  @FieldSource("cloud.zansoc.compute.client.Template#NAMES")
  void template_ofEachName_isADeploymentOfItsImage(String name) {
    Template template = Template.of(name);
    assertThat(template.description()).endsWith(".").doesNotContain("\n");
    assertThat(template.recipe().name()).isEqualTo("zansoc/" + name + ":bookworm");
    assertThat(template.recipe().packages()).contains("openssh-sftp-server");
    DeploymentSpec spec = template.spec(SECRETS, Optional.empty(), "zs://images/made");
    assertThat(spec.name()).isEqualTo(name);
    assertThat(spec.services())
        .allSatisfy(service -> assertThat(service.image()).isEqualTo("zs://images/made"));
    assertThat(template.spec(SECRETS, Optional.of("mine"), "a:1").name()).isEqualTo("mine");
  }

  @Test
  void template_thatIsNotThere_namesThoseThatAre() {
    assertThatThrownBy(() -> Template.of("postgress"))
        .isInstanceOfSatisfying(
            ZansocException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("postgres, dask");
  }

  @Test
  void template_withoutItsSecret_saysWhichToSet() {
    SecretSource none = new SecretSource(Map.of(), Path.of(""));
    assertThatThrownBy(() -> Template.of("postgres").spec(none, Optional.empty(), "a:1"))
        .hasMessageContaining("POSTGRES_PASSWORD");
  }
}
