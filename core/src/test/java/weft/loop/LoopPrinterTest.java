package weft.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoopPrinterTest {
  @Test
  void aProgramReadsLikePseudoCode() {
    assertThat(LoopPrinter.text(new Programs.Elman().program)).isEqualTo("""
        train(
            x f32[3*time] input,
            loss f32[1] output,
            h f32[4*time + 4] workspace,
            b f32[4] parameter,
            Wx f32[12] parameter,
            Wh f32[16] parameter)
        sizes time

        kernel start  # h = zeros(4)
          for j in 0 .. 4 parallel
            store h[j] = 0

        kernel step  # h = tanh(x·Wx + h·Wh + b)   at ElmanRnn.java:24
          for j in 0 .. 4 parallel
            f32 sum = b[j]
            for k in 0 .. 3
              sum = sum + x[3*t + k] * Wx[j + 4*k]
            for k in 0 .. 4
              sum = sum + h[4*t + k] * Wh[j + 4*k]
            store h[4*t + j + 4] = tanh(sum)

        kernel sum  # loss = sum(h.last())
          f32 total = 0
          for j in 0 .. 4
            total = total + h[4*time + j]
          store loss[0] = total

        driver main
          run start
          for t in 0 .. time
            run step
          run sum
        """);
  }
}
