/**
 * Seeded streams of integers, the same in every runtime.
 *
 * @module
 */
export { type Generator, generator } from "@dualcone/aggregation"
