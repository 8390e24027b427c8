/** Tests of the project as a whole, and of its sources. */
package tests;
