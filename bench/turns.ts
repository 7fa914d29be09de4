/**
 * Turns of two processes on one machine.
 *
 * @module
 */

/** Lets the threads of the one who had its turn go to sleep: OpenMP's spin for some milliseconds after their work. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50))
}
