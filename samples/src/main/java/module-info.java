/** Programs that a newcomer reads. */
module weft.samples {
  requires weft.codegen;
  requires info.picocli;

  exports weft.samples.chars;
  exports weft.samples.hmc;
  exports weft.samples.languages;
  exports weft.samples.rnnrbm;
  exports weft.samples.sentiment;
  exports weft.samples.tagger;
  exports weft.samples.tutorial;

  opens weft.samples.chars to info.picocli;
  opens weft.samples.languages to info.picocli;
}
