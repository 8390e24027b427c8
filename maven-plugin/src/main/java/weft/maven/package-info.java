/**
 * The plugin for Maven.
 *
 * <p>In: a project with definitions of programs. Out: a source root with their classes. Invariant: what is generated depends on the
 * definitions and the configuration alone.
 */
package weft.maven;
