/**
 * Workers of the page.
 *
 * @module
 */

/**
 * Starts the worker `rooms/…/NAME.worker.ts`. The build makes a file of its own of it, beside this one; code that workers
 * share is fetched once.
 */
export function openWorker(name: string): Worker {
  return new Worker(new URL(`./${name}.worker.js`, import.meta.url), { type: "module", name })
}
