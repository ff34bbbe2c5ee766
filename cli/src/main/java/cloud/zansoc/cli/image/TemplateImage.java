package cloud.zansoc.cli.image;

import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.client.Template;
import cloud.zansoc.compute.image.BaseImageBuilder;
import cloud.zansoc.compute.image.ImageReference;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** The image of a template: made on this machine, and put into storage. */
public final class TemplateImage {
  private final Session session;
  private final Output output;

  public TemplateImage(Session session, Output output) {
    this.session = session;
    this.output = output;
  }

  /** Has it in storage. What was made or stored before is used again. */
  public ImagePush.Pushed stored(Template template) {
    Path kept = session.profile().folder().resolve("images");
    output.note("the image of template %s is made, or is here".formatted(template.name()));
    Path archive =
        new BaseImageBuilder(kept, Clock.systemUTC(), output::note).build(template.recipe(), false);
    return new ImagePush(session, output)
        .push(
            archive,
            Optional.empty(),
            image ->
                new ImageReference(
                    ImageReference.DEFAULT_BUCKET,
                    template.recipe().name(),
                    Optional.empty(),
                    Optional.empty()));
  }
}
