/**
 * Files of the repository, by their path from its root: a page asks its server, the other runtimes the file system.
 *
 * @module
 */

/** Reads `golden/mnist.safetensors` and the like. */
export type ReadFile = (path: string) => Promise<Uint8Array>
