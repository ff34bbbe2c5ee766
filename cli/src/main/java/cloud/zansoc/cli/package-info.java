/**
 * The command line. {@link cloud.zansoc.cli.Main} starts every program: the client's commands, the
 * hub and the host's agent.
 *
 * <p>A command parses, calls one part, and prints; what it does lives in the part. Every command
 * takes {@code --json}; exit codes are those of {@link cloud.zansoc.base.ErrorCode}.
 */
@NullMarked
package cloud.zansoc.cli;

import org.jspecify.annotations.NullMarked;
