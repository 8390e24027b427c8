package tests.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import weft.runtime.WeftException;
import weft.runtime.WeftException.Kind;

/** Wrong programs and what they are told. */
final class Refusals {
  private Refusals() {}

  /** Compares the whole message; source lines are left out of it, since they change with every line above. */
  static void refused(ThrowingCallable wrong, Kind kind, String message) {
    WeftException e = catchThrowableOfType(WeftException.class, wrong);
    assertThat(e).as("nothing was refused").isNotNull();
    assertThat(e.getMessage().replaceAll("(\\w+\\.java):\\d+", "$1")).isEqualTo(message.stripTrailing());
    assertThat(e.kind()).isEqualTo(kind);
  }
}
