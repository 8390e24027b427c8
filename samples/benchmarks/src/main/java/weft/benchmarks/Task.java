package weft.benchmarks;

/** What goes in, what comes out and what is learnt. */
public enum Task {
  /** Dense rows in, all states of the last layer out; training: mean squared error over all states, SGD. */
  STATES,
  /** As {@link #STATES}, but training is forward and backward of a given cotangent of the states, without an update. */
  COTANGENT,
  /** One dense row a call, the state kept between calls, the new state out. */
  STREAM,
  /** Dense rows in, softmax of the last state out; training: cross-entropy, SGD. */
  LAST_CLASS,
  /** One-hot characters in, a softmax a step; training: mean cross-entropy, gradients clipped to ±5, RMSProp. */
  CHARACTERS,
  /** Rows of a trained embedding in, a softmax a step, mean cross-entropy out; training: gradient norm clipped to 5, SGD. */
  WORDS;

  public static final float RMSPROP_DECAY = 0.95f;
  public static final float RMSPROP_EPSILON = 1e-8f;
  public static final float CLIP = 5f;

  public float learningRate() {
    return switch (this) {
      case STATES, LAST_CLASS -> 0.01f;
      case CHARACTERS -> 0.002f;
      case WORDS -> 0.1f;
      case COTANGENT, STREAM -> 0f;
    };
  }

  /** True where the first product is a look-up of rows, and the input is token numbers. */
  public boolean tokens() {
    return this == CHARACTERS || this == WORDS;
  }

  /** True where every step has a softmax of its own. */
  public boolean everyStep() {
    return tokens();
  }

  /** True where an affine map and a softmax stand behind the states. */
  public boolean head() {
    return this == LAST_CLASS || tokens();
  }
}
