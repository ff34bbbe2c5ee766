package cloud.zansoc.cli.image;

import cloud.zansoc.base.ByteSize;
import cloud.zansoc.base.ErrorCode;
import cloud.zansoc.base.ZansocException;
import cloud.zansoc.cli.ClientCommand;
import cloud.zansoc.cli.Output;
import cloud.zansoc.cli.Session;
import cloud.zansoc.compute.api.DeploymentView;
import cloud.zansoc.compute.client.ComputeHub;
import cloud.zansoc.compute.image.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rm",
    description = {
      "Remove an image from storage for good, with the layers that no other image has.",
      "One that a deployment runs is kept: without it, its instances could not start on another host."
    })
final class ImageRemoveCommand extends ClientCommand {
  @Parameters(
      paramLabel = "zs://BUCKET/NAME[@DIGEST]",
      description = "Which image; without a digest, all of this name.")
  private String image;

  @Option(
      names = "--force",
      description = "Even if a deployment runs it; instances that run go on.")
  private boolean force;

  @Override
  protected void run(Session session, Output output) {
    StoredImages images = new StoredImages(session.storage());
    List<ImageReference> found = images.matching(ImageReference.parse(image));
    if (!force) {
      refuseUsed(session, found);
    }
    long bytes = images.remove(found);
    List<String> removed = found.stream().map(ImageReference::toString).toList();
    output.result(
        Map.of("removed", removed, "bytes", bytes),
        "Removed %s; that frees %s.".formatted(String.join(", ", removed), new ByteSize(bytes)));
  }

  private static void refuseUsed(Session session, List<ImageReference> found) {
    Set<String> texts = found.stream().map(ImageReference::toString).collect(Collectors.toSet());
    for (DeploymentView deployment : new ComputeHub(session.api()).deployments()) {
      for (DeploymentView.Service service : deployment.services()) {
        if (texts.contains(service.image())) {
          throw new ZansocException(
              ErrorCode.CONFLICT,
              "deployment %s runs %s, and could not start it on another host without it: remove the deployment first, or give --force"
                  .formatted(deployment.name(), service.image()));
        }
      }
    }
  }
}
